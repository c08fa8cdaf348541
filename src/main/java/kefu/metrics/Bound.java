package kefu.metrics;

import java.util.Locale;

/** Every bound that a client or a caller may hit. Each hit is counted and logged. */
public enum Bound {
    CONNECTIONS("kefu.connections"),
    ADDRESS_CONNECTIONS("kefu.address.connections"),
    ADDRESS_HANDSHAKES("kefu.address.handshakes"),
    AGENT_CONNECTIONS("kefu.agent.connections"),
    LOGIN_TIMEOUT("kefu.login.timeout"),
    NAME_CHARS("kefu.name.max-chars"),
    REQUESTS("kefu.requests.rate"),
    PINGS("kefu.pings.rate"),
    REQUESTS_WAITING(""),
    MESSAGE_BYTES("kefu.message.max-bytes"),
    QUEUE("kefu.queue.max-bytes"),
    QUEUE_TIMEOUT("kefu.queue.timeout"),
    QUEUES_TOGETHER("kefu.queue.total-bytes"),
    IDLE_CHANNELS("kefu.stream.idle-channels"),
    PUSH_IDS(""),
    SESSION_JOINS("kefu.session.joins"),
    BACKEND_WAITING("kefu.backend.waiting"),
    BACKEND_BREAKER("kefu.backend.breaker.calls"),
    BACKEND_RESPONSE_BYTES("kefu.backend.max-response-bytes"),
    API_CALLS("kefu.api.rate"),
    API_BYTES("kefu.api.max-bytes");

    private final String setting;

    Bound(String setting) {
        this.setting = setting;
    }

    /** The bound's name, for the label of the metric and for the log. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The setting that changes the bound; empty: it has none. */
    public String setting() {
        return setting;
    }
}
