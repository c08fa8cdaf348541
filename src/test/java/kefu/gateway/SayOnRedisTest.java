package kefu.gateway;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same with a gateway that keeps all in Redis. */
class SayOnRedisTest extends SayTest {
    @BeforeAll
    static void keepAllInRedis() {
        TestGateway.onRedis(true);
    }

    @AfterAll
    static void keepAllInTheProcess() {
        TestGateway.onRedis(false);
    }
}
