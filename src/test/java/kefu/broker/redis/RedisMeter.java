package kefu.broker.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Redis has done since its start, by its own word. */
public final class RedisMeter {
    private static final Pattern CPU = Pattern.compile("used_cpu_(?:sys|user):([0-9.]+)");

    /** As clients send them: what a script does is within it. */
    private static final Pattern SENT =
            Pattern.compile("cmdstat_(?:eval|evalsha|subscribe|unsubscribe|ping):calls=(\\d+)");

    private final RedisCommands<String, String> redis;

    public RedisMeter(RedisServer server) {
        redis = RedisClient.create(server.settings("meter").get("kefu.redis.uri"))
                .connect()
                .sync();
    }

    public long cpuNanos() {
        return (long) (sum(CPU, redis.info("cpu")) * 1e9);
    }

    /** How many commands clients have sent. */
    public long commands() {
        return (long) sum(SENT, redis.info("commandstats"));
    }

    private static double sum(Pattern pattern, String info) {
        Matcher found = pattern.matcher(info);
        double sum = 0;
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return sum;
    }
}
