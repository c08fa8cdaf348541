package kefu.broker;

import kefu.protocol.Frames;
import kefu.protocol.Id;
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
        this(client, group, uid, name, version, node, since, true, 0);
    }

    private Member(
            String client,
            Id group,
            Id uid,
            String name,
            Version version,
            String node,
            long since,
            boolean connected,
            int generation) {
        this.client = client;
        this.group = group;
        this.uid = uid;
        this.name = name;
        this.version = version;
        this.node = node;
        this.since = since;
        this.connected = connected;
        this.generation = generation;
    }

    /** The same as another client. */
    public Member as(String otherClient) {
        return new Member(otherClient, group, uid, name, version, node, since, connected, generation);
    }

    /** The same, newer, with a line or without one. */
    public Member connected(boolean now) {
        return new Member(client, group, uid, name, version, node, since, now, generation + 1);
    }

    /** The same session, newer, after another login. */
    public Member renewed(Member login) {
        return new Member(client, group, uid, login.name, version, login.node, login.since, connected, generation + 1);
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

    /** Whether it has a line, rather than the time to come back. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether it says later than the other how the same session is. */
    public boolean isNewerThan(Member other) {
        return generation > other.generation;
    }

    /** This member in a {@code customer_list}, as JSON text. */
    public String entry(Version reader) {
        String made = reader == Version.V1 ? entryV1 : entryV2;
        if (made == null) {
            made = Frames.listed(reader, client, uid, name);
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
    public String toString() {
        return "client " + client + " uid " + uid + " group " + group + " " + version;
    }
}
