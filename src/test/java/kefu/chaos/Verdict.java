package kefu.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.Await;

/** Compares what was done with what each client has heard of it. */
final class Verdict {
    /** They come one at a time, and one that failed waits for up to 10 s. */
    private static final Duration EVENTS = Duration.ofSeconds(30);

    private final Load load;
    private final Numbers said;
    private final WorkBackend backend;
    private final List<Agent> agents;
    private final List<OldClient> old;
    private final List<Newcomer> newcomers;
    private final Set<String> late;

    /** @param late who has logged in once since all the others were there */
    Verdict(
            Load load,
            Numbers said,
            WorkBackend backend,
            List<Agent> agents,
            List<OldClient> old,
            List<Newcomer> newcomers,
            Set<String> late) {
        this.load = load;
        this.said = said;
        this.backend = backend;
        this.agents = agents;
        this.old = old;
        this.newcomers = newcomers;
        this.late = late;
    }

    /** Waits until everybody has everything, or longer than that takes. */
    void awaitTheRest() throws InterruptedException {
        waitFor(
                ChaosSettings.SETTLE,
                () -> agents.stream().allMatch(agent -> agent.isOnline() && agent.open() == 0)
                        && old.stream().allMatch(Client::isOnline));
        load.join();
        waitFor(ChaosSettings.SETTLE, () -> agents.stream().allMatch(agent -> lost(agent) == 0));
        waitFor(EVENTS, () -> wrongEvents() == 0 && differentLists() == 0 && falsePresence() == 0);
    }

    private static void waitFor(Duration longest, BooleanSupplier condition) {
        try {
            Await.until(longest, condition);
        } catch (AssertionError late) {
            // the verdict says what is missing
        }
    }

    void addTo(Faults faults) {
        faults.add("lost", sum(agents, this::lost));
        faults.add("duplicated", sum(agents, agent -> agent.numbers.duplicated()));
        faults.add("reordered", sum(agents, agent -> agent.numbers.reordered()));
        faults.add("v1 duplicated", sum(old, client -> client.numbers.duplicated()));
        faults.add("v1 reordered", sum(old, client -> client.numbers.reordered()));
        faults.add("newcomers' duplicated", sum(newcomers, client -> client.numbers.duplicated()));
        faults.add("not answered", sum(agents, Agent::open));
        faults.add("done twice", backend.doneTwice());
        faults.add("not online at the end", sum(agents, agent -> agent.isOnline() ? 0 : 1));
        faults.add("v1 not online at the end", sum(old, client -> client.isOnline() ? 0 : 1));
        faults.add("false or missing login or logout", falsePresence());
        faults.add("false login or logout heard by v1", falsePresenceOfOld());
        faults.add("false or missing event", wrongEvents());
        faults.add("list at the end", differentLists());
    }

    private int lost(Client client) {
        return client.numbers.missing(said, series -> true) + client.numbers.missing(load.pushed(), client::isFor);
    }

    /** Some of what was lost, by whomever, each with the clients that have not heard it. */
    Map<String, Long> lost() {
        return agents.stream()
                .flatMap(agent -> Stream.concat(
                        agent.numbers.missingExamples(said, series -> true).stream(),
                        agent.numbers.missingExamples(load.pushed(), agent::isFor).stream()))
                .collect(Collectors.groupingBy(one -> one, TreeMap::new, Collectors.counting()));
    }

    /** An agent is logged out, and logs in again, as often as it slept past its grace. Who was told of a hole may not have heard it. */
    private int falsePresence() {
        return sum(agents, client -> changes(client.presence, client, client.toldOfHoles() == 0));
    }

    private int falsePresenceOfOld() {
        return sum(old, client -> changes(client.presence, client, false));
    }

    /** Some of what was heard twice, by whomever. */
    Set<String> heardTwice() {
        return Stream.concat(agents.stream(), old.stream())
                .flatMap(client -> client.numbers.examples().stream())
                .collect(Collectors.toSet());
    }

    /** Who was heard to come or go, and did not: by the first client of version 2, and by the backend. */
    String strangeUids() {
        return "by a0: " + strangeUids(agents.get(0).presence) + "; by the backend: " + strangeUids(backend.events());
    }

    /** Who was heard to come or go, and did not, or has lost something. */
    List<Client> wronged() {
        return Stream.concat(
                        strange(backend.events()),
                        agents.stream().filter(agent -> lost(agent) > 0 || agent.numbers.duplicated() > 0))
                .toList();
    }

    private Stream<Client> strange(PresenceLog heard) {
        return Stream.concat(agents.stream(), old.stream())
                .filter(other ->
                        heard.logouts(other.uid) != expired(other) || heard.logins(other.uid) != expired(other));
    }

    private String strangeUids(PresenceLog heard) {
        return strange(heard)
                .map(other -> other.uid + " logouts " + heard.logouts(other.uid) + " logins " + heard.logins(other.uid)
                        + " of " + expired(other))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static int expired(Client client) {
        return client instanceof Agent agent ? agent.expired() : 0;
    }

    /** At the backend. */
    private int wrongEvents() {
        return changes(backend.events(), null, true);
    }

    private int changes(PresenceLog heard, @org.jspecify.annotations.Nullable Client itself, boolean all) {
        int wrong = 0;
        List<Client> seen = new ArrayList<>(agents);
        seen.addAll(old);
        for (Client other : seen) {
            int expired = expired(other);
            if (other != itself) {
                wrong += wrong(heard.logouts(other.uid) - expired, all) + wrong(heard.logins(other.uid) - expired, all);
            }
        }
        for (String other : late) {
            wrong += wrong(heard.logouts(other), all) + wrong(heard.logins(other) - 1, all);
        }
        return wrong;
    }

    /** @param all whether one that was not heard is wrong, too */
    private static int wrong(int tooMany, boolean all) {
        return all ? Math.abs(tooMany) : Math.max(0, tooMany);
    }

    /** Lists that are not as all the others. */
    private int differentLists() {
        Map<String, String> first = agents.get(0).roster();
        return sum(agents, agent -> agent.roster().equals(first) ? 0 : 1);
    }

    int sleptPastTheGrace() {
        return sum(agents, Agent::expired);
    }

    String summary() {
        return "%s, requests answered %d (of those that were cut %d with an outcome that is not known), resumed %d, slept past the grace %d; lost by v1 %d; told of a hole %d times, in which was %d"
                .formatted(
                        load.pushes(),
                        sum(agents, Agent::answeredRequests),
                        sum(agents, Agent::unknownOutcomes),
                        sum(agents, Agent::resumed),
                        sleptPastTheGrace(),
                        sum(old, this::lost),
                        sum(agents, Agent::toldOfHoles),
                        sum(agents, agent -> agent.numbers.forgiven()));
    }

    private static <T> int sum(List<T> clients, ToIntFunction<T> count) {
        return clients.stream().mapToInt(count).sum();
    }
}
