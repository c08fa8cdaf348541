package kefu.protocol;

/**
 * A stream of publications. The prefix keeps the kinds apart: no group can be named so that it meets an agent's channel.
 *
 * @param name {@code g:{bid}}, {@code u:{customer_id}}, {@code c:{client}} or {@code all}, as clients see it
 */
public record Channel(String name) {
    /** Every session there is. */
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

    /** The group's, agent's or client's own name: what stands behind the prefix. */
    public String key() {
        return name.substring(name.indexOf(':') + 1);
    }

    @Override
    public String toString() {
        return name;
    }
}
