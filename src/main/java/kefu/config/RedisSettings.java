package kefu.config;

import java.util.Optional;

/** The settings of a cluster: several gateways that share one Redis. */
public final class RedisSettings {
    public static final Setting<Optional<String>> URI = new Setting<>(
            "kefu.redis.uri",
            "",
            "redis://, rediss:// (TLS), redis-sentinel://, redis-cluster:// or rediss-cluster://, with [user:password@]host[:port][/database]; a password percent-encoded, e.g. %40 for @",
            "the Redis that this gateway shares with others; empty: this gateway is alone, and keeps all in its memory",
            true,
            Values::redis);

    /** Gateways that share a Redis and are not to hear each other have different ones. */
    public static final Setting<String> PREFIX = new Setting<>(
            "kefu.redis.prefix",
            "kefu",
            "1 to 64 of A-Z a-z 0-9 . _ -",
            "the beginning of every key in Redis, in braces",
            false,
            Values::keyPrefix);

    private RedisSettings() {}
}
