package kefu.broker;

import java.util.Optional;
import kefu.protocol.Id;

/**
 * Who in a group hears a publication.
 *
 * @param uid only this agent's sessions; empty: everybody
 * @param except not this client; empty: no exception
 */
public record Audience(Optional<Id> uid, Optional<String> except) {
    public static final Audience EVERYBODY = new Audience(Optional.empty(), Optional.empty());

    public static Audience agent(Id uid) {
        return new Audience(Optional.of(uid), Optional.empty());
    }

    public Audience except(String client) {
        return new Audience(uid, Optional.of(client));
    }

    public boolean includes(Member member) {
        return (uid.isEmpty() || uid.get().equals(member.uid()))
                && (except.isEmpty() || !except.get().equals(member.client()));
    }
}
