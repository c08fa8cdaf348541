package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.internal.InternalThreadLocalMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kefu.config.Settings;
import kefu.protocol.Channel;
import org.junit.jupiter.api.Test;

class RedisThreadsTest {
    @Test
    void aThreadOfTheContainerKeepsNothingOfTheClient() throws Exception {
        var settings = RedisServer.shared().settings();
        try (Redis redis = Redis.connect(Settings.from(key -> Optional.ofNullable(settings.get(key))), Runnable::run)) {
            CompletableFuture<Boolean> left = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                RedisBroker broker = new RedisBroker(redis);
                broker.follow(new Channel("g:1")).toCompletableFuture().join();
                broker.unfollow();
                left.complete(InternalThreadLocalMap.getIfSet() != null);
            });
            thread.start();
            assertEquals(false, left.get(10, TimeUnit.SECONDS));
            thread.join();
        }
    }
}
