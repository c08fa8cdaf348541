package kefu.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.Await;
import org.jspecify.annotations.Nullable;

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
    private final Guests guests;

    Verdict(
            Load load,
            Numbers said,
            WorkBackend backend,
            List<Agent> agents,
            List<OldClient> old,
            List<Newcomer> newcomers,
            Guests guests) {
        this.load = load;
        this.said = said;
        this.backend = backend;
        this.agents = agents;
        this.old = old;
        this.newcomers = newcomers;
        this.guests = guests;
    }

    /** Waits until everybody has everything, or longer than that takes. */
    void awaitTheRest() throws InterruptedException {
        waitFor(
                ChaosSettings.SETTLE,
                () -> agents.stream().allMatch(agent -> agent.isOnline() && agent.open() == 0)
                        && old.stream().allMatch(Client::isOnline));
        load.join();
        waitFor(ChaosSettings.SETTLE, () -> agents.stream().allMatch(agent -> lost(agent) == 0));
        waitFor(EVENTS, () -> presence().all().isEmpty() && differentLists() == 0);
    }

    /** Who has not heard who came and went, or has others in the list than those who are there. */
    Faults presence() {
        Faults faults = new Faults();
        faults.add("false or missing login or logout", falsePresence());
        faults.add("false login or logout heard by v1", falsePresenceOfOld());
        faults.add("false or missing event", wrongEvents());
        faults.add("list with somebody too many or too few", wrongLists());
        return faults;
    }

    /** From now on only what is heard from now on counts. */
    void beginAnew() {
        agents.forEach(Agent::beginAnew);
        old.forEach(Client::beginAnew);
        backend.events().start();
        guests.beginAnew();
    }

    private static void waitFor(Duration longest, BooleanSupplier condition) {
        try {
            Await.until(longest, condition);
        } catch (AssertionError late) {
            // the verdict says what is missing
        }
    }

    void addTo(Faults faults) {
        faults.addAll(presence());
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
        faults.add("not all the same list at the end", differentLists());
    }

    /**
     * Redis has forgotten all: nobody has gone, and everybody has come, of which those who came before have heard. The backend
     * must have heard of it.
     */
    Faults comings() {
        Faults faults = new Faults();
        faults.add("list with somebody too many or too few", wrongLists());
        List<Client> all = everybody().toList();
        for (Client one : all) {
            faults.add("event of who came anew", Math.abs(backend.events().logins(one.uid) - 1));
            for (Client other : all) {
                faults.add("login heard twice", Math.max(0, one.presence.logins(other.uid) - 1));
                faults.add("false logout", one.presence.logouts(other.uid));
            }
            faults.add("false event", backend.events().logouts(one.uid));
        }
        return faults;
    }

    private Stream<Client> everybody() {
        return Stream.concat(agents.stream(), old.stream());
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
        return everybody()
                .filter(other ->
                        heard.logouts(other.uid) != other.logouts() || heard.logins(other.uid) != other.logouts());
    }

    private String strangeUids(PresenceLog heard) {
        return strange(heard)
                .map(other -> other.uid + " logouts " + heard.logouts(other.uid) + " logins " + heard.logins(other.uid)
                        + " of " + other.logouts())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** At the backend. */
    private int wrongEvents() {
        return changes(backend.events(), null, true);
    }

    private int changes(PresenceLog heard, @Nullable Client itself, boolean all) {
        int wrong = everybody()
                .filter(other -> other != itself)
                .mapToInt(other -> {
                    int more = itself == null ? 0 : other.twins(); // for the backend the agent was there all the time
                    return wrong(heard.logouts(other.uid), other.logouts(), more, all)
                            + wrong(heard.logins(other.uid), other.logouts(), more, all);
                })
                .sum();
        for (String other : guests.all()) {
            wrong += wrong(heard.logouts(other), guests.logouts(other), 0, all)
                    + wrong(heard.logins(other), guests.logins(other), 0, all);
        }
        return wrong;
    }

    /** @param more what may be heard besides @param all whether what was not heard is wrong, too */
    private static int wrong(int heard, int expected, int more, boolean all) {
        return Math.max(0, heard - expected - more) + (all ? Math.max(0, expected - heard) : 0);
    }

    /** Lists without somebody who is there, or with somebody who is not, or who is there twice. Newcomers come and go. */
    private int wrongLists() {
        List<String> there = inLists();
        return sum(agents, agent -> listOf(agent).equals(there) ? 0 : 1);
    }

    private List<String> inLists() {
        return Stream.concat(
                        everybody().map(one -> one.uid), guests.all().stream().filter(guests::isThere))
                .sorted()
                .toList();
    }

    private List<String> listOf(Agent agent) {
        Set<String> coming = newcomers.stream().map(one -> one.uid).collect(Collectors.toSet());
        return agent.roster().values().stream()
                .filter(uid -> !coming.contains(uid))
                .sorted()
                .toList();
    }

    /** Who is too often in lists, by how much in all, or missing. */
    Map<String, Integer> strangersInLists() {
        Map<String, Integer> strangers = new TreeMap<>();
        for (Agent agent : agents) {
            listOf(agent).forEach(uid -> strangers.merge(uid, 1, Integer::sum));
            inLists().forEach(uid -> strangers.merge(uid, -1, Integer::sum));
        }
        strangers.values().removeIf(count -> count == 0);
        return strangers;
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
        return "%s, requests answered %d (of those that were cut or not read %d with an outcome that is not known), resumed %d, slept past the grace %d; lost by v1 %d; told of a hole %d times, in which was %d"
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
