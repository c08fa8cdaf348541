package kefu.protocol;

/**
 * A stream of publications. The prefix says the kind, so that no name of a group can be the name of an agent's channel.
 *
 * @param name {@code g:{bid}}, {@code u:{customer_id}}, {@code c:{client}} or {@code all}, as clients see it
 */
public record Channel(String name) {
    /** The channel of all sessions. */
    public static final Channel ALL = new Channel("all");

    private static final String GROUP = "g:";
    private static final String AGENT = "u:";
    private static final String CLIENT = "c:";

    public static Channel group(Id bid) {
        return new Channel(GROUP + bid.key());
    }

    public static Channel agent(Id uid) {
        return new Channel(AGENT + uid.key());
    }

    public static Channel client(String client) {
        return new Channel(CLIENT + client);
    }

    public boolean isGroup() {
        return name.startsWith(GROUP);
    }

    public boolean isAgent() {
        return name.startsWith(AGENT);
    }

    public boolean isClient() {
        return name.startsWith(CLIENT);
    }

    /** The name of the group, agent or client, without the prefix. */
    public String key() {
        return name.substring(name.indexOf(':') + 1);
    }

    /** For the log: without what could begin a line of its own. */
    @Override
    public String toString() {
        return Id.printable(name);
    }
}
