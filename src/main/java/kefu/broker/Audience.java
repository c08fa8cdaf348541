package kefu.broker;

import java.util.Optional;
import java.util.Set;
import kefu.protocol.Id;

/**
 * Who of a channel's sessions hears a publication.
 *
 * @param group only sessions that are logged in to this group; empty: of any. An agent's channel is shared by all groups
 * @param exceptClients not these sessions
 * @param exceptUids not these agents' sessions, by {@link Id#key}
 */
public record Audience(Optional<Id> group, Set<String> exceptClients, Set<String> exceptUids) {
    public static final Audience EVERYBODY = new Audience(Optional.empty(), Set.of(), Set.of());

    public static Audience of(Id group) {
        return new Audience(Optional.of(group), Set.of(), Set.of());
    }

    public Audience except(String client) {
        return new Audience(group, Set.of(client), exceptUids);
    }

    public boolean includes(Member member) {
        return this == EVERYBODY
                || ((group.isEmpty() || group.get().equals(member.group()))
                        && (exceptClients.isEmpty() || !exceptClients.contains(member.client()))
                        && (exceptUids.isEmpty()
                                || !exceptUids.contains(member.uid().key())));
    }
}
