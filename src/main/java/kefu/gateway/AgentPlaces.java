package kefu.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kefu.broker.Member;
import kefu.connection.IdempotencyCache;
import kefu.limit.Quota;
import kefu.protocol.Id;

/**
 * How many sessions each agent of a group may have on this node; among them those that this node was given without a
 * connection. Thread-safe.
 */
final class AgentPlaces {
    private final Quota<Agent> places;
    private final ConcurrentMap<String, Adopted> adopted = new ConcurrentHashMap<>(); // by client

    /** One agent of one group. */
    private record Agent(Id group, Id uid) {
        static Agent of(Member member) {
            return new Agent(member.group(), member.uid());
        }
    }

    /** @param reserved whether it takes a place */
    private record Adopted(boolean reserved, IdempotencyCache answers) {}

    AgentPlaces(int most) {
        this.places = new Quota<>(most);
    }

    /** @return false: none is left */
    boolean tryAcquire(Member member) {
        return places.tryAcquire(Agent.of(member));
    }

    void release(Member member) {
        places.release(Agent.of(member));
    }

    /** A session without a connection takes a place, where one is left. */
    void adopt(Member member, IdempotencyCache answers) {
        adopted.put(member.client(), new Adopted(tryAcquire(member), answers));
    }

    /** The answers to what a session has asked before it came here. */
    IdempotencyCache answers(Member member) {
        Adopted session = adopted.get(member.client());
        return session == null ? new IdempotencyCache() : session.answers();
    }

    /** A session that was adopted comes to a connection, or ends. @return whether it takes a place */
    boolean disown(Member member) {
        Adopted session = adopted.remove(member.client());
        return session != null && session.reserved();
    }

    /** The requests of all sessions that have no connection yet, by client. */
    Map<String, IdempotencyCache> answers() {
        Map<String, IdempotencyCache> answers = new HashMap<>();
        adopted.forEach((client, session) -> answers.put(client, session.answers()));
        return answers;
    }

    void reset() {
        places.clear();
        adopted.clear();
    }

    /** How many sessions have no connection yet. */
    int adopted() {
        return adopted.size();
    }
}
