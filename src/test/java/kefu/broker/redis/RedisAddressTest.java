package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://kefu_redis:6380, kefu_redis, 6380",
        "redis://kefu_redis, kefu_redis, 6379",
        "rediss://user:p%40ss@kefu_redis:6380/3, kefu_redis, 6380",
        "redis://desk.1st:6380, desk.1st, 6380",
        "redis://10.0.0.5:6380, 10.0.0.5, 6380",
        "redis://[::1]:6380, [::1], 6380",
        "redis://[::1], [::1], 6379"
    })
    void aHostMayHaveANameAsContainersHave(String address, String host, int port) {
        RedisURI uri = RedisConnections.uri(address);
        assertEquals(host, uri.getHost());
        assertEquals(port, uri.getPort());
    }
}
