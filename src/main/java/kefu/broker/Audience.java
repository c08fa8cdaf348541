package kefu.broker;

import java.util.Optional;
import java.util.Set;
import kefu.protocol.Id;
import kefu.protocol.Version;

/**
 * Who of a channel's sessions hears a publication.
 *
 * @param group only sessions that are logged in to this group; empty: of any. An agent's channel is shared by all groups
 * @param exceptClients not these sessions
 * @param exceptUids not these agents' sessions, by {@link Id#key}
 * @param exceptV1 not the sessions of v1, which does not know it
 */
public record Audience(Optional<Id> group, Set<String> exceptClients, Set<String> exceptUids, boolean exceptV1) {
    public static final Audience EVERYBODY = new Audience(Optional.empty(), Set.of(), Set.of());

    /** All that speak v2. */
    public static final Audience V2 = new Audience(Optional.empty(), Set.of(), Set.of(), true);

    /** Whatever version they speak. */
    public Audience(Optional<Id> group, Set<String> exceptClients, Set<String> exceptUids) {
        this(group, exceptClients, exceptUids, false);
    }

    public static Audience of(Id group) {
        return new Audience(Optional.of(group), Set.of(), Set.of());
    }

    public Audience except(String client) {
        return new Audience(group, Set.of(client), exceptUids, exceptV1);
    }

    public boolean includes(Member member) {
        return this == EVERYBODY
                || (!(exceptV1 && member.version() == Version.V1)
                        && (group.isEmpty() || group.get().equals(member.group()))
                        && (exceptClients.isEmpty() || !exceptClients.contains(member.client()))
                        && (exceptUids.isEmpty()
                                || !exceptUids.contains(member.uid().key())));
    }
}
