package kefu.broker;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import kefu.protocol.Channel;
import kefu.protocol.Status;

/**
 * One session as its group's presence keeps it: all that is needed to go on with it, on another connection, on another node
 * or in another deployment. Immutable.
 *
 * @param member how it is listed
 * @param ticketHash the hash of the ticket that resumes it; empty in v1, which has no ticket
 * @param attempt the number of the last attempt to resume it; {@link #NO_ATTEMPT} before the first one
 * @param joined the channels that the API joined it to
 * @param data what a backend keeps with it
 * @param revision rises with each change of its channels
 */
public record SessionRecord(
        Member member, String ticketHash, long attempt, Set<Channel> joined, JsonObject data, int revision) {
    /** A client counts its attempts from 0 or above. */
    public static final long NO_ATTEMPT = -1;

    /** A session that begins. */
    public static SessionRecord of(Member member, String ticketHash) {
        return new SessionRecord(member, ticketHash, NO_ATTEMPT, Set.of(), JsonValue.EMPTY_JSON_OBJECT, 0);
    }

    /** All its channels: its group, all, its agent, its own, and those that it was joined to. */
    public Set<Channel> channels() {
        Set<Channel> all = new LinkedHashSet<>();
        all.add(Channel.group(member.group()));
        all.add(Channel.ALL);
        all.add(Channel.agent(member.uid()));
        all.add(Channel.client(member.client()));
        all.addAll(joined);
        return all;
    }

    /** Whether its login put it into a channel. */
    public boolean isOwn(Channel channel) {
        return channel.equals(Channel.group(member.group()))
                || channel.equals(Channel.ALL)
                || channel.equals(Channel.agent(member.uid()))
                || channel.equals(Channel.client(member.client()));
    }

    /** The same with another member. The state stays: {@link #withStatus} alone changes it. */
    SessionRecord with(Member now) {
        return new SessionRecord(now.with(member.status()), ticketHash, attempt, joined, data, revision);
    }

    SessionRecord withStatus(Status now) {
        return new SessionRecord(member.with(now), ticketHash, attempt, joined, data, revision);
    }

    SessionRecord withData(JsonObject now) {
        return new SessionRecord(member, ticketHash, attempt, joined, now, revision);
    }

    SessionRecord resumed(long nextAttempt, String node) {
        return new SessionRecord(member.resumedOn(node), ticketHash, nextAttempt, joined, data, revision);
    }

    SessionRecord joinedTo(Channel channel) {
        Set<Channel> now = new HashSet<>(joined);
        now.add(channel);
        return new SessionRecord(member, ticketHash, attempt, Set.copyOf(now), data, revision + 1);
    }

    SessionRecord leftFrom(Channel channel) {
        Set<Channel> now = new HashSet<>(joined);
        now.remove(channel);
        return new SessionRecord(member, ticketHash, attempt, Set.copyOf(now), data, revision + 1);
    }
}
