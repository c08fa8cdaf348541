package kefu.broker.redis;

import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import kefu.protocol.Json;

/**
 * A publication as a stream keeps it and as the nodes are told it: a line, then the payload. The line is {@code 1} for what the
 * gateway itself says, else {@code 0}; behind it, unless it is for everybody, a JSON array: the group or null, the clients and
 * the agents that are excluded, whether v1 is.
 */
final class Entry {
    /** What an entry takes in Redis besides its texts, about. */
    private static final int ENTRY_BYTES = 256;

    /** The same for a name in its audience. */
    private static final int NAME_BYTES = 64;

    private Entry() {}

    static String text(Publication publication) {
        String by = publication.byGateway() ? "1" : "0";
        return by + audience(publication.audience()) + "\n" + publication.payload();
    }

    private static String audience(Audience audience) {
        return audience.equals(Audience.EVERYBODY)
                ? ""
                : "[" + audience.group().map(group -> group.json().toString()).orElse("null") + ","
                        + names(audience.exceptClients()) + "," + names(audience.exceptUids()) + ","
                        + audience.exceptV1() + "]";
    }

    private static String names(Collection<String> names) {
        return names.stream()
                .map(name -> Json.encodable(Json.text(name).toString()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** What it counts for in the bounds of a stream. */
    static long cost(Publication publication) {
        Audience audience = publication.audience();
        long bytes = ENTRY_BYTES + Frame.utf8Length(publication.payload());
        return bytes + cost(audience.exceptClients()) + cost(audience.exceptUids());
    }

    private static long cost(Set<String> names) {
        long bytes = 0;
        for (String name : names) {
            bytes += NAME_BYTES + name.length();
        }
        return bytes;
    }

    /** @param from where it begins in the text */
    static Publication parse(String text, int from) {
        int end = text.indexOf('\n', from);
        Audience audience = end == from + 1 ? Audience.EVERYBODY : audience(text.substring(from + 1, end));
        return new Publication(text.substring(end + 1), text.charAt(from) == '1', audience, Optional.empty(), false);
    }

    private static Audience audience(String json) {
        JsonArray parts = Json.parse(json).orElseThrow().asJsonArray();
        return new Audience(
                Id.of(parts.get(0)), names(parts.getJsonArray(1)), names(parts.getJsonArray(2)), parts.getBoolean(3));
    }

    private static Set<String> names(JsonArray names) {
        return names.getValuesAs(JsonString::getString).stream().collect(Collectors.toUnmodifiableSet());
    }
}
