package kefu.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kefu.protocol.CloseCode;

/** How clients lost their connections to the gateway and came back, for each redeploy. What the test cuts itself is not counted. Thread-safe. */
final class Reconnects {
    private final List<Round> rounds = new ArrayList<>();

    Reconnects() {
        begin("before", System.nanoTime());
    }

    /** From one redeploy to the next. */
    private static final class Round {
        final String name;
        final long begun;
        final List<Long> outages = new ArrayList<>();
        final Map<String, Integer> losses = new HashMap<>();
        final Map<String, Integer> codes = new TreeMap<>();
        final Map<String, Integer> failures = new TreeMap<>();
        final Map<String, Integer> failuresOfOthers = new TreeMap<>();

        /** @param begun by the JVM's clock, in nanoseconds */
        Round(String name, long begun) {
            this.name = name;
            this.begun = begun;
        }

        void add(Round other) {
            outages.addAll(other.outages);
            other.losses.forEach((uid, times) -> losses.merge(uid, times, Integer::sum));
            other.codes.forEach((code, times) -> codes.merge(code, times, Integer::sum));
            other.failures.forEach((why, times) -> failures.merge(why, times, Integer::sum));
            other.failuresOfOthers.forEach((why, times) -> failuresOfOthers.merge(why, times, Integer::sum));
        }

        @Override
        public String toString() {
            return "%-28s without connection p50/p95/max %s, lost %s, failed attempts %s, of clients that were cut or late %s"
                    .formatted(name, Times.of(outages), codes, failures, failuresOfOthers);
        }
    }

    /** @param nanoTime of the JVM's clock */
    synchronized void begin(String name, long nanoTime) {
        rounds.add(new Round(name, nanoTime));
    }

    private Round round() {
        return rounds.get(rounds.size() - 1);
    }

    /**
     * The gateway ended a client's connection. Who reads slowly reads that later, perhaps in the next redeploy.
     *
     * @param onlineSince of the JVM's clock, in nanoseconds. The first redeploy after that has ended it
     */
    synchronized void lost(String uid, int code, long onlineSince) {
        if (code == CloseCode.SERVICE_RESTART.number()) {
            rounds.stream()
                    .filter(round -> round.begun - onlineSince > 0)
                    .findFirst()
                    .orElseGet(this::round)
                    .losses
                    .merge(uid, 1, Integer::sum);
        }
        round().codes.merge(String.valueOf(code), 1, Integer::sum);
    }

    /** Whether a client was told to come back, in this redeploy. */
    synchronized boolean hasBegun() {
        return !round().losses.isEmpty();
    }

    /** An attempt to connect failed. @param lostByGateway whether the client had a connection, which the gateway ended */
    synchronized void failed(String why, boolean lostByGateway) {
        (lostByGateway ? round().failures : round().failuresOfOthers).merge(why, 1, Integer::sum);
    }

    /** A client is back, so long after it was lost. */
    synchronized void back(long millis) {
        round().outages.add(millis);
    }

    /** Who was told to come back in a redeploy more than once, and in which. */
    synchronized List<String> repeatedLosses() {
        return rounds.stream()
                .flatMap(round -> round.losses.entrySet().stream()
                        .filter(client -> client.getValue() > 1)
                        .map(client -> client.getKey() + " in \"" + round.name + "\""))
                .toList();
    }

    /** How many attempts failed of clients whose connection the gateway had ended, in the redeploys whose name begins so. */
    synchronized int failures(String name) {
        return rounds.stream()
                .filter(round -> round.name.startsWith(name))
                .flatMap(round -> round.failures.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** The times without connection in the redeploys whose name begins so. */
    synchronized Times outages(String name) {
        return Times.of(rounds.stream()
                .filter(round -> round.name.startsWith(name))
                .flatMap(round -> round.outages.stream())
                .toList());
    }

    /** The redeploy that was begun last, as far as it has come. */
    synchronized String last() {
        return round().toString();
    }

    /** A line for each redeploy, and one for all of a kind: their names are the same up to a comma. */
    synchronized List<String> lines() {
        Map<String, Round> kinds = new TreeMap<>();
        rounds.stream().filter(round -> round.name.contains(",")).forEach(round -> kinds.computeIfAbsent(
                        "all " + round.name.split(",")[0], name -> new Round(name, 0))
                .add(round));
        return Stream.concat(rounds.stream(), kinds.values().stream())
                .map(Round::toString)
                .toList();
    }
}
