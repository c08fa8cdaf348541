package kefu.broker;

import kefu.protocol.Frames;
import kefu.protocol.Id;

/** One session as it is listed in its group. Immutable; two members are the same where their client is. */
public final class Member {
    private final String client;
    private final Id group;
    private final Id uid;
    private final String name;
    private final String entry;

    /**
     * @param client the gateway's public id of the session
     * @param group the {@code bid}
     * @param uid the {@code customer_id}
     * @param name the {@code customer_name}, as the agent wrote it
     */
    public Member(String client, Id group, Id uid, String name) {
        this.client = client;
        this.group = group;
        this.uid = uid;
        this.name = name;
        this.entry = Frames.listed(uid, name);
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

    /** This member in a {@code customer_list}, as JSON text: made once, since a group of n shows it n times. */
    public String entry() {
        return entry;
    }

    /** Whether this is the same agent in the same group, whatever the session and the name. */
    public boolean isSameAgentAs(Member other) {
        return group.equals(other.group) && uid.equals(other.uid);
    }

    @Override
    public String toString() {
        return "client " + client + " uid " + uid + " group " + group;
    }
}
