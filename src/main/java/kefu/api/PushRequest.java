package kefu.api;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/**
 * The body of a push.
 *
 * @param single {@code to} was one target, not a list
 */
record PushRequest(List<Target> to, boolean single, Publication publication) {
    /** Each target is a step on a channel of its own. All must end within one call's time. */
    static final int MAX_TARGETS = 1_000;

    private static final Set<String> MEMBERS = Set.of("to", "message", "exclude", "id");
    private static final Set<String> TARGETS = Set.of("group", "uid", "client", "all");

    /** One target. @param id empty: everybody */
    record Target(String kind, Optional<Id> id, Channel channel) {}

    static PushRequest of(JsonObject body) {
        Fields fields = Fields.of(body, "", MEMBERS);
        JsonValue to = fields.value("to").orElseThrow(() -> fields.bad("to", "is missing"));
        Audience audience =
                fields.optionalObject("exclude").map(PushRequest::allBut).orElse(Audience.EVERYBODY);
        return new PushRequest(
                targets(to, fields),
                !(to instanceof JsonArray),
                Publication.byBackend(fields.object("message").toString(), audience, fields.pushId("id")));
    }

    private static List<Target> targets(JsonValue to, Fields fields) {
        if (!(to instanceof JsonArray list)) {
            return List.of(target(to, "to"));
        }
        if (list.isEmpty() || list.size() > MAX_TARGETS) {
            throw fields.bad("to", "must name 1 to " + MAX_TARGETS + " targets");
        }
        return IntStream.range(0, list.size())
                .mapToObj(i -> target(list.get(i), "to." + i))
                .toList();
    }

    private static Target target(JsonValue to, String path) {
        if (!(to instanceof JsonObject object) || object.size() != 1) {
            throw Refusal.bad(path, "must be one of {\"group\":…} {\"uid\":…} {\"client\":…} {\"all\":true}");
        }
        Fields fields = Fields.of(object, path + ".", TARGETS);
        Map.Entry<String, JsonValue> only = object.entrySet().iterator().next();
        String kind = only.getKey();
        if (kind.equals("all")) {
            if (only.getValue() != JsonValue.TRUE) {
                throw fields.bad(kind, "must be true");
            }
            return new Target(kind, Optional.empty(), Channel.ALL);
        }
        Id id = fields.id(kind, only.getValue());
        Channel channel =
                switch (kind) {
                    case "group" -> Channel.group(id);
                    case "uid" -> Channel.agent(id);
                    default -> Channel.client(id.key());
                };
        return new Target(kind, Optional.of(id), channel);
    }

    private static Audience allBut(JsonObject exclude) {
        Fields fields = Fields.of(exclude, "exclude.", Set.of("clients", "uids"));
        return new Audience(Optional.empty(), keys(fields.ids("clients")), keys(fields.ids("uids")));
    }

    private static Set<String> keys(List<Id> ids) {
        return ids.stream().map(Id::key).collect(Collectors.toUnmodifiableSet());
    }
}
