package kefu.gateway.http;

import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kefu.protocol.Json;

/**
 * One event of a stream, or of a post (HTML standard, 9.2.5 and 9.2.6).
 *
 * @param type {@link #MESSAGE} where none is named
 */
record Event(String type, String data) {
    static final String MESSAGE = "message";

    /** A message that has line breaks, which no event can carry as they are. Its data is the message as a JSON string. */
    static final String QUOTED = "quoted";

    static final String OPEN = "open";
    static final String PING = "ping";
    static final String PONG = "pong";
    static final String CLOSE = "close";

    private static final String TYPE_FIELD = "event";
    private static final String DATA_FIELD = "data";

    static Event message(String text) {
        boolean hasBreaks = text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
        return hasBreaks ? new Event(QUOTED, Json.text(text).toString()) : new Event(MESSAGE, text);
    }

    /** The text of the message; empty: it is none. */
    Optional<String> message() {
        return switch (type) {
            case MESSAGE -> Optional.of(data);
            case QUOTED ->
                Json.parse(data).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).getString());
            default -> Optional.empty();
        };
    }

    /** As it is sent. */
    byte[] bytes() {
        String name = type.equals(MESSAGE) ? "" : TYPE_FIELD + ": " + type + "\n";
        return (name + DATA_FIELD + ": " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads all events. The end of the text ends the last one. */
    static List<Event> parse(String text) {
        List<Event> events = new ArrayList<>();
        String type = MESSAGE;
        StringBuilder data = new StringBuilder();
        for (String line : (text + "\n\n").split("\r\n|\r|\n", -1)) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals(TYPE_FIELD)) {
                type = value;
            } else if (field.equals(DATA_FIELD)) {
                data.append(value).append('\n');
            } else if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(type, data.substring(0, data.length() - 1)));
                }
                type = MESSAGE;
                data.setLength(0);
            }
        }
        return events;
    }
}
