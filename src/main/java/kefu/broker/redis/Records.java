package kefu.broker.redis;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Position;
import kefu.protocol.Status;
import kefu.protocol.Version;

/** Sessions as they are written to Redis and read from it. */
final class Records {
    private Records() {}

    /** A member at its place in its group's list. */
    record Placed(long place, Member member) {}

    /** What does not change while a session is connected: a JSON array of client, group, agent, name, version and since. */
    static String fixed(Member member) {
        return "[" + quoted(member.client()) + "," + member.group().json() + ","
                + member.uid().json() + "," + quoted(member.name()) + ",\""
                + member.version().name() + "\","
                + member.since() + "]";
    }

    /** A name as it is compared. */
    static String quoted(String text) {
        return Json.encodable(Json.text(text).toString());
    }

    /**
     * A member as a script shows it: its place, whether it is connected, its generation, its node and its state, a line each; what
     * does not change.
     */
    static Member member(String shown) {
        return placed(shown).member();
    }

    static Placed placed(String shown) {
        String[] lines = shown.split("\n", 6);
        Member fixed = fixed(
                lines[5],
                lines[3],
                lines[1].equals("1"),
                Integer.parseInt(lines[2]),
                Status.of(Long.parseLong(lines[4])).orElseThrow());
        return new Placed(Long.parseLong(lines[0]), fixed);
    }

    private static Member fixed(String json) {
        return fixed(json, "", true, 0, Status.ONLINE);
    }

    private static Member fixed(String json, String node, boolean connected, int generation, Status status) {
        JsonArray parts = Json.parse(json).orElseThrow().asJsonArray();
        return new Member(
                parts.getString(0),
                Id.of(parts.get(1)).orElseThrow(),
                Id.of(parts.get(2)).orElseThrow(),
                parts.getString(3),
                Version.valueOf(parts.getString(4)),
                node,
                ((JsonNumber) parts.get(5)).longValue(),
                connected,
                generation,
                status);
    }

    static SessionRecord record(Reply reply) {
        Set<Channel> joined = new HashSet<>();
        reply.list(5).texts().forEach(name -> joined.add(new Channel(name)));
        String attempt = reply.text(2);
        return new SessionRecord(
                member(reply.text(0)),
                reply.text(1),
                attempt.isEmpty() ? SessionRecord.NO_ATTEMPT : Long.parseLong(attempt),
                Set.copyOf(joined),
                Json.parse(reply.text(3)).orElseThrow().asJsonObject(),
                (int) reply.number(4));
    }

    static Presence.Joined joined(Reply reply, ReadMembers members) {
        List<Placed> list = new ArrayList<>();
        reply.list(3).texts().forEach(shown -> list.add(members.placed(shown)));
        list.sort(Comparator.comparingLong(Placed::place));
        return new Presence.Joined(
                list.stream().map(Placed::member).toList(),
                new Position(reply.text(0), reply.number(1)),
                record(reply.list(2)));
    }

    /** A change as the outbox keeps it: whether the agent came, version, and what does not change of the session. */
    static Presence.Change change(String kept) {
        String[] parts = kept.split(" ", 3);
        Member member = fixed(parts[2]);
        long version = Long.parseLong(parts[1]);
        return new Presence.Change(
                member.group(), member.uid(), member.name(), parts[0].equals("1"), version, version / 1_000);
    }

    /** An agent as a script shows it: version, sessions, and what does not change of one of them. */
    static Presence.Agent agent(String shown) {
        String[] parts = shown.split(" ", 3);
        Member member = fixed(parts[2]);
        return new Presence.Agent(member.group(), member.uid(), Integer.parseInt(parts[1]), Long.parseLong(parts[0]));
    }
}
