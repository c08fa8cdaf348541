package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    private final Map<String, String> settings = RedisServer.shared().settings();

    private static void renew(RedisTestbed node) {
        node.lease().renew();
        node.settle();
    }

    @Test
    void aNodeKnowsWhetherThereAreOthersToServeItsClients() {
        try (RedisTestbed one = new RedisTestbed(settings)) {
            renew(one);
            assertFalse(one.lease().hasOthers());
            try (RedisTestbed other = new RedisTestbed(settings)) {
                assertTrue(other.lease().hasOthers());
                renew(one);
                assertTrue(one.lease().hasOthers());
                other.end();
            }
            renew(one);
            assertFalse(one.lease().hasOthers());
        }
    }

    @Test
    void aNodeThatHasEndedMayBeginAgain() {
        try (RedisTestbed one = new RedisTestbed(settings);
                RedisTestbed other = new RedisTestbed(settings)) {
            one.end();
            one.lease().begin().toCompletableFuture().join();
            for (int i = 0; i < 3; i++) {
                one.standStill(Duration.ofSeconds(8));
                renew(one);
                renew(other);
            }
            assertTrue(other.lease().hasOthers());
            assertFalse(one.lease().hasEnded());
        }
    }

    @Test
    void aRedisThatDropsKeysWhenItIsFullIsRefused() {
        try (RedisServer server = new RedisServer("--maxmemory-policy", "volatile-lru")) {
            AssertionError refused =
                    assertThrows(AssertionError.class, () -> new RedisTestbed(server.settings("full")));
            assertTrue(refused.toString().contains("maxmemory-policy is volatile-lru"), refused.toString());
        }
    }
}
