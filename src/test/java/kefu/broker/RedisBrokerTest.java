package kefu.broker;

import java.time.Duration;
import kefu.broker.redis.RedisTestbed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The broker in Redis keeps the contract. */
class RedisBrokerTest extends RetentionContract {
    private final RedisTestbed redis = new RedisTestbed(SETTINGS);

    /** The gateway follows a group before it lists a session there; within one process every channel is heard anyway. */
    @BeforeEach
    void followTheRoom() throws Exception {
        get(broker().follow(ROOM));
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Override
    Broker broker() {
        return redis.broker();
    }

    @Override
    Presence presence() {
        return redis.presence();
    }

    @Override
    void advance(Duration by) {
        redis.advance(by);
    }

    /** A step takes tens of microseconds, which is longer to be met in. */
    @Override
    int rounds(int quick) {
        return quick / 5;
    }
}
