package kefu.broker;

import kefu.metrics.LogLine;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Status;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** One session as it is listed in its group. Immutable. */
public final class Member {
    private final String client;
    private final Id group;
    private final Id uid;
    private final String name;
    private final Version version;
    private final String node;
    private final long since;
    private final boolean connected;
    private final int generation;
    private final Status status;
    // each made once, since a group of n shows it n times; two threads that make it at once make the same
    private @Nullable String entryV1;
    private @Nullable String entryV2;

    /**
     * @param client the gateway's public id of the session
     * @param group the {@code bid}
     * @param uid the {@code customer_id}
     * @param name the {@code customer_name}, as the agent wrote it
     * @param version the protocol that its client speaks
     * @param node where its connection is
     * @param since when it logged in, in epoch seconds
     */
    public Member(String client, Id group, Id uid, String name, Version version, String node, long since) {
        this(client, group, uid, name, version, node, since, true, 0, Status.ONLINE);
    }

    /**
     * As it was before.
     *
     * @param generation how often it has found a connection, or was renewed by a login
     * @param status what its agent says of it
     */
    public Member(
            String client,
            Id group,
            Id uid,
            String name,
            Version version,
            String node,
            long since,
            boolean connected,
            int generation,
            Status status) {
        this.client = client;
        this.group = group;
        this.uid = uid;
        this.name = name;
        this.version = version;
        this.node = node;
        this.since = since;
        this.connected = connected;
        this.generation = generation;
        this.status = status;
    }

    /** The same as another client. */
    public Member as(String otherClient) {
        return new Member(otherClient, group, uid, name, version, node, since, connected, generation, status);
    }

    /** The same without a connection: behind the same with one, and before all that is newer. */
    public Member detached() {
        return new Member(client, group, uid, name, version, node, since, false, generation, status);
    }

    /** The same, newer, with a connection on this node. */
    Member resumedOn(String newNode) {
        return new Member(client, group, uid, name, version, newNode, since, true, generation + 1, status);
    }

    /** The same session, newer, after another login. */
    public Member renewed(Member login) {
        return new Member(
                client, group, uid, login.name, version, login.node, login.since, connected, generation + 1, status);
    }

    /** The same with another state. It is not newer: see {@link Presence#setStatus}. */
    Member with(Status now) {
        return now == status
                ? this
                : new Member(client, group, uid, name, version, node, since, connected, generation, now);
    }

    public String client() {
        return client;
    }

    public Id group() {
        return group;
    }

    public Id uid() {
        return uid;
    }

    public String name() {
        return name;
    }

    public Version version() {
        return version;
    }

    public String node() {
        return node;
    }

    public long since() {
        return since;
    }

    /** Rises with each connection that it finds, and each login that renews it. */
    public int generation() {
        return generation;
    }

    /** Whether it has a connection, rather than the time to come back. */
    public boolean isConnected() {
        return connected;
    }

    /** What its agent says of it. Presence alone changes it. */
    public Status status() {
        return status;
    }

    /** Whether it says later than the other how the same session is. */
    public boolean isNewerThan(Member other) {
        return generation > other.generation || (generation == other.generation && !connected && other.connected);
    }

    /** This member in a {@code customer_list}, as JSON text. */
    public String entry(Version reader) {
        String made = reader == Version.V1 ? entryV1 : entryV2;
        if (made == null) {
            made = Frames.listed(reader, client, uid, name, status);
            if (reader == Version.V1) {
                entryV1 = made;
            } else {
                entryV2 = made;
            }
        }
        return made;
    }

    /** Whether this is the same agent in the same group, whatever the session and the name. */
    public boolean isSameAgentAs(Member other) {
        return group.equals(other.group) && uid.equals(other.uid);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Member member
                && client.equals(member.client)
                && isSameAgentAs(member)
                && name.equals(member.name)
                && version == member.version
                && node.equals(member.node)
                && since == member.since
                && connected == member.connected
                && generation == member.generation
                && status == member.status;
    }

    @Override
    public int hashCode() {
        return client.hashCode();
    }

    /** Adds to a line of the log which session it is. */
    public LogLine describe(LogLine line) {
        return line.with("session", client).with("agent", uid.key()).with("group", group.key());
    }

    @Override
    public String toString() {
        return "client " + client + " uid " + uid + " group " + group + " " + version;
    }
}
