package kefu.config;

import java.time.Duration;

/** The limits of one client, of one caller, and of all together. */
public final class LimitSettings {
    /** A machine with a few gigabytes holds so many at about 55 KiB each. */
    public static final Setting<Integer> CONNECTIONS = new Setting<>(
            "kefu.connections",
            "20000",
            "a whole number, 1 to 1000000",
            "clients connected at once; one more is answered 503, or closed with 1013",
            false,
            Values.count(1, 1_000_000));

    /** Enough for an office behind one address. */
    public static final Setting<Integer> ADDRESS_CONNECTIONS = new Setting<>(
            "kefu.address.connections",
            "1000",
            "a whole number, 1 to 1000000",
            "clients connected at once from one address (of IPv6 from one /64); one more is answered 429, or closed with 1013. Loopback addresses are not bounded",
            false,
            Values.count(1, 1_000_000));

    /** After a restart a whole office reconnects within seconds: the burst is ten times the rate. */
    public static final Setting<Integer> ADDRESS_HANDSHAKES = new Setting<>(
            "kefu.address.handshakes",
            "100",
            "a whole number, 1 to 100000",
            "handshakes a second from one address, and ten times as many at once; one more is answered 429. Loopback addresses are not bounded",
            false,
            Values.count(1, 100_000));

    public static final Setting<Integer> AGENT_CONNECTIONS = new Setting<>(
            "kefu.agent.connections",
            "50",
            "a whole number, 1 to 100000",
            "sessions of one agent in one group at once; one more login is answered 10007",
            false,
            Values.count(1, 100_000));

    /** An agent has dozens of conversations open, a group each. A resume can name all channels of a session: up to 1,000. */
    public static final Setting<Integer> SESSION_JOINS = new Setting<>(
            "kefu.session.joins",
            "200",
            "a whole number, 1 to 900",
            "groups and agents that the API lets one session hear besides its own (join, bind); one more is answered 409",
            false,
            Values.count(1, 900));

    /** Every list and push of the group has the name, so a long name is sent to everybody. */
    public static final Setting<Integer> NAME_MAX_CHARS = new Setting<>(
            "kefu.name.max-chars",
            "8192",
            "a whole number, 1 to 1000000",
            "the longest customer_name in characters; a login with a longer one is answered 10002",
            false,
            Values.count(1, 1_000_000));

    /** A program may ask a thousand times a second; a person asks a few times. */
    public static final Setting<Integer> REQUESTS_RATE = new Setting<>(
            "kefu.requests.rate",
            "1000",
            "a whole number, 1 to 1000000",
            "messages a second of one client; a request too many is answered 10007, and who goes on is closed with 4007",
            false,
            Values.count(1, 1_000_000));

    public static final Setting<Integer> REQUESTS_BURST = new Setting<>(
            "kefu.requests.burst",
            "2000",
            "a whole number, 1 to 1000000",
            "messages of one client at once; after as many again beyond that it is closed with 4007",
            false,
            Values.count(1, 1_000_000));

    /** A client that checks its connection sends a ping every few seconds. */
    public static final Setting<Integer> PINGS_RATE = new Setting<>(
            "kefu.pings.rate",
            "5",
            "a whole number, 1 to 100000",
            "WebSocket pings a second of one client, and ten times as many at once; one more closes it with 4007. On Payara: Tomcat tells nobody of pings",
            false,
            Values.count(1, 100_000));

    public static final Setting<Integer> MESSAGE_MAX_BYTES = new Setting<>(
            "kefu.message.max-bytes",
            "256KiB",
            "128 B to 16 MiB, as 65536, 64KiB, 1MiB",
            "the longest message of a client in bytes of UTF-8; a longer one closes its connection with 1009",
            false,
            Values.bytes(128, 16 << 20));

    /** The original's parser refuses deeper nesting at 512; this leaves room for an envelope. */
    public static final Setting<Integer> MESSAGE_MAX_DEPTH = new Setting<>(
            "kefu.message.max-depth",
            "500",
            "a whole number, 2 to 500",
            "how deep arrays and objects of a message may be nested; what is deeper counts as no JSON, and is ignored",
            false,
            Values.count(2, 500));

    /** Two pushes a second for half an hour, or the logins of a thousand colleagues at once. */
    public static final Setting<Integer> QUEUE_MAX_FRAMES = new Setting<>(
            "kefu.queue.max-frames",
            "4096",
            "a whole number, 16 to 1000000",
            "frames that wait for one client; one more closes its connection with 4008",
            false,
            Values.count(16, 1_000_000));

    public static final Setting<Integer> QUEUE_MAX_BYTES = new Setting<>(
            "kefu.queue.max-bytes",
            "8MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that wait for one client; more closes its connection with 4008",
            false,
            Values.bytes(64 << 10, 1 << 30));

    /** A client that takes no byte for so long is gone or stuck. TCP itself would wait for minutes. */
    public static final Setting<Duration> QUEUE_TIMEOUT = new Setting<>(
            "kefu.queue.timeout",
            "5s",
            "100ms to 1h, as 500ms, 5s, 1m",
            "how long a client may take no byte of what is being sent to it; longer closes its connection with 4008",
            false,
            Values.duration(Duration.ofMillis(100), Duration.ofHours(1)));

    /** An agent's page sends a few requests at once. */
    public static final Setting<Integer> PARALLEL_REQUESTS = new Setting<>(
            "kefu.parallel-requests",
            "8",
            "a whole number, 1 to 64",
            "requests with an id of one connection that are served side by side (protocol v2)",
            false,
            Values.count(1, 64));

    /** A page of history to a thousand agents by name fits in. */
    public static final Setting<Integer> API_MAX_BYTES = new Setting<>(
            "kefu.api.max-bytes",
            "1MiB",
            "1 KiB to 16 MiB, as 65536, 64KiB, 1MiB",
            "the longest body of a call of the HTTP API in bytes; a longer one is answered 413",
            false,
            Values.bytes(1 << 10, 16 << 20));

    /** Half of the smallest heap that is used in production. */
    public static final Setting<Integer> QUEUE_TOTAL_BYTES = new Setting<>(
            "kefu.queue.total-bytes",
            "256MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that wait for all clients together; beyond it those for whom most wait are closed with 4008",
            false,
            Values.bytes(64 << 10, 1 << 30));

    public static final Setting<Integer> API_RATE = new Setting<>(
            "kefu.api.rate",
            "5000",
            "a whole number, 1 to 1000000",
            "calls of the HTTP API a second, and twice as many at once; one more is answered 429",
            false,
            Values.count(1, 1_000_000));

    private LimitSettings() {}
}
