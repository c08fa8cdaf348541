package kefu.broker;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.List;
import java.util.OptionalLong;
import kefu.protocol.Channel;
import kefu.protocol.Version;

/**
 * A session of this process: one object, in the list of its group and among the members of each of its channels. It changes
 * under the lock of its group's channel; others read it without a lock.
 */
final class LocalSession {
    private volatile SessionRecord record;
    private volatile boolean gone;

    /** When the time to come back ends, by the clock of presence. Of no meaning while it has a connection. */
    private volatile long graceEndsAt;

    /** Whether a stop has cut its line, and not its client or the network. Of no meaning while it has a connection. */
    private volatile boolean cutByStop;

    /** Its channels but its group's and those that it was joined to. */
    private final List<Channel> own;

    LocalSession(SessionRecord record) {
        this.record = record;
        this.own = List.of(
                Channel.ALL,
                Channel.agent(record.member().uid()),
                Channel.client(record.member().client()));
    }

    SessionRecord record() {
        return record;
    }

    Member member() {
        return record.member();
    }

    void set(SessionRecord now) {
        record = now;
    }

    /** Two threads may say how a session is now, and the later be the first to come. */
    void update(Member now) {
        if (!member().isNewerThan(now)) {
            record = record.with(now);
        }
    }

    List<Channel> own() {
        return own;
    }

    /** Whether it is to be among the members of a channel that is not its group's. */
    boolean hears(Channel channel) {
        return !gone && (own.contains(channel) || record.joined().contains(channel));
    }

    /** It has lost its connection, unless it has found another one meanwhile. */
    void detach(Member lost, long graceEnd) {
        if (!member().isNewerThan(lost)) {
            graceEndsAt = graceEnd;
            cutByStop = false;
            record = record.with(lost);
        }
    }

    /** A stop has cut its line. */
    void cut(long graceEnd) {
        detach(member().detached(), graceEnd);
        cutByStop = true;
    }

    boolean isDue(long nanos) {
        return !gone && !member().isConnected() && nanos - graceEndsAt >= 0;
    }

    boolean isTakenBackBy(Member login) {
        Member member = member();
        return !gone
                && member.version() == Version.V1
                && !member.isConnected()
                && member.isSameAgentAs(login)
                && member.name().equals(login.name());
    }

    /**
     * What is to be handed over. A client that waits for the end of its back-off may see two stops and never the deployment
     * between them, so each stop gives it a whole grace. One that has gone for good ends one grace after the last stop: with the
     * grace of a stop that has ended before the next one, no other begins.
     *
     * @param nanos now
     */
    PresenceSnapshot.Session snapshot(long nanos, long onlineVersion) {
        OptionalLong left = member().isConnected() || (cutByStop && !isDue(nanos))
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, NANOSECONDS.toMillis(graceEndsAt - nanos)));
        return new PresenceSnapshot.Session(record, left, onlineVersion);
    }

    /** It is not listed any more. */
    void end() {
        gone = true;
    }
}
