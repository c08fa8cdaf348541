package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.internal.InternalThreadLocalMap;
import java.util.ArrayList;
import java.util.List;
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
        CompletableFuture<List<Boolean>> left = new CompletableFuture<>();
        new Thread(() -> {
                    List<Boolean> keeps = new ArrayList<>();
                    Redis redis =
                            Redis.connect(Settings.from(key -> Optional.ofNullable(settings.get(key))), Runnable::run);
                    keeps.add(InternalThreadLocalMap.getIfSet() != null);
                    RedisBroker broker = new RedisBroker(redis);
                    broker.follow(new Channel("g:1")).toCompletableFuture().join();
                    broker.unfollow();
                    keeps.add(InternalThreadLocalMap.getIfSet() != null);
                    redis.close();
                    keeps.add(InternalThreadLocalMap.getIfSet() != null);
                    left.complete(keeps);
                })
                .start();
        assertEquals(List.of(false, false, false), left.get(10, TimeUnit.SECONDS));
    }
}
