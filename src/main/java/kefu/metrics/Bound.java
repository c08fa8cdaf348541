package kefu.metrics;

/** Every bound that somebody may hit: each is counted, and said in the log. */
public enum Bound {
    CONNECTIONS("kefu.connections"),
    ADDRESS_CONNECTIONS("kefu.address.connections"),
    ADDRESS_HANDSHAKES("kefu.address.handshakes"),
    AGENT_CONNECTIONS("kefu.agent.connections"),
    LOGIN_TIMEOUT("kefu.login.timeout"),
    NAME_CHARS("kefu.name.max-chars"),
    REQUESTS("kefu.requests.rate"),
    PINGS("kefu.pings.rate"),
    REQUESTS_WAITING("64 requests waiting"),
    MESSAGE_BYTES("kefu.message.max-bytes"),
    QUEUE("kefu.queue.max-frames or -bytes"),
    QUEUE_TIMEOUT("kefu.queue.timeout"),
    QUEUES_TOGETHER("kefu.queue.total-bytes"),
    IDLE_CHANNELS("kefu.stream.idle-channels"),
    SESSION_JOINS("kefu.session.joins"),
    BACKEND_WAITING("kefu.backend.waiting"),
    BACKEND_BREAKER("kefu.backend.breaker"),
    BACKEND_RESPONSE_BYTES("kefu.backend.max-response-bytes"),
    API_CALLS("kefu.api.rate"),
    API_BYTES("kefu.api.max-bytes");

    private final String label;

    Bound(String label) {
        this.label = label;
    }

    /** The setting, as a metric's label and in the log. */
    public String label() {
        return label;
    }
}
