package kefu.config;

import java.util.Arrays;
import java.util.Optional;

/** The header in which the proxies name the sender of a request. */
public enum ProxyHeader {
    /** {@code X-Forwarded-For} if the request has it, else {@code Forwarded}. */
    EITHER(""),
    X_FORWARDED_FOR("X-Forwarded-For"),
    FORWARDED("Forwarded");

    private final String text;

    ProxyHeader(String text) {
        this.text = text;
    }

    static ProxyHeader parse(String given) {
        Optional<ProxyHeader> named = Arrays.stream(values())
                .filter(header -> header.text.equalsIgnoreCase(given.trim()))
                .findAny();
        return named.orElseThrow(IllegalArgumentException::new);
    }

    /** The text of the setting. */
    @Override
    public String toString() {
        return text;
    }
}
