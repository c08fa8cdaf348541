package kefu.it;

import jakarta.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import kefu.Await;
import kefu.protocol.Json;

/**
 * Attacks a running gateway with everything that there is, each for 10 s, and prints as a Markdown table what two healthy
 * clients felt meanwhile. A benchmark: nothing here says how quick is quick enough. {@code docs/security.md} says how the
 * gateway is to be set.
 */
public final class AttackTable {
    private static final long BEFORE_SECONDS = 3;
    private static final long SECONDS = Long.getLong("kefu.attack.seconds", 10);
    /** Of each attacker: the attackers and the healthy share one address, which has 28,000 ports a minute. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final String ONLY = System.getProperty("kefu.attack.only", ".*");
    private static final JsonObject ECHO =
            Json.parse("{\"*\":{\"status\":200,\"echo\":true}}").orElseThrow().asJsonObject();

    private final Target target;
    private final StubBackend backend;

    /** @param by who refuses */
    private record Row(String name, String by, int attackers, List<Attack> attacks) {
        Row(String by, Attack attack) {
            this(attack.name(), by, 1, List.of(attack));
        }
    }

    private AttackTable(Target target, int backendPort) throws Exception {
        this.target = target;
        this.backend = new StubBackend(backendPort, ECHO);
    }

    /** @param args the gateway's address with its context path, the key of its API, the port of its backend on 127.0.0.1 */
    public static void main(String[] args) throws Exception {
        System.setProperty(
                "sun.net.httpserver.nodelay", "true"); // else 40 ms of each round are the test's own backend's
        new AttackTable(new Target(URI.create(args[0]), args[1]), Integer.parseInt(args[2])).run();
    }

    private void run() throws Exception {
        System.out.println("| attack | who refuses | and how, how often | p99 before | p99 meanwhile | missed |");
        System.out.println("|---|---|---|---|---|---|");
        try (HealthyPair healthy = new HealthyPair(target)) {
            Await.until(() -> healthy.rounds() > 200); // what has not run yet is slow
            for (Row row : rows()) {
                measure(row, healthy);
            }
            healthy.pushes(false);
            measure(
                    new Row(
                            "calls of the API with a key, too many",
                            "`kefu.api.rate`",
                            2,
                            List.of(PressureAttacks.calls("", "", target.key()))),
                    healthy);
            awaitCalls();
            healthy.pushes(true);
            healthy.backendMayBeDead(true);
            backend.close();
            measure(new Row("`kefu.backend.breaker.calls`", PressureAttacks.DEAD_BACKEND), healthy);
        } finally {
            backend.close(); // closed twice, where all went well
        }
    }

    /** Those of the attackers before have used up what there is for a moment. */
    private void awaitCalls() {
        Await.until(() -> {
            try {
                return target.api().call("GET", "/groups?limit=1").status() == 200;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>(List.of(
                new Row(
                        "frames that are none: unmasked, reserved bits and opcodes, bad lengths, bad UTF-8, bad closes",
                        "the container",
                        2,
                        FrameAttacks.forbidden()),
                new Row(
                        "messages without an end or over the bound, nesting 10,000 deep, 10,000 digits",
                        "`kefu.message.max-bytes`, the decoder",
                        2,
                        FrameAttacks.tooMuch())));
        for (Attack flood : FloodAttacks.all()) {
            String by = flood.refused().startsWith("4007|") || flood.refused().startsWith("10007")
                    ? "`kefu.requests.burst`"
                    : "nobody: nothing of it is kept";
            rows.add(new Row(flood.name().endsWith(" pings") ? "`kefu.pings.rate`, on Payara" : by, flood));
        }
        rows.add(new Row(
                "handshakes that are none, half ones held open, byte by byte, pages of another host",
                "the container, `kefu.origins`",
                2,
                HandshakeAttacks.all()));
        rows.add(new Row(
                "paths, headers and scripts as method, group, agent, name and id",
                "the rules for methods and ids",
                1,
                ContentAttacks.all()));
        rows.add(new Row("calls of the API that are none", "the container, the API", 2, ApiAttacks.all()));
        rows.add(new Row("the API", ApiAttacks.SLOW_BODIES));
        rows.add(new Row("calls of the API without a key", "the API", 2, List.of(PressureAttacks.calls("", "", "x"))));
        rows.add(new Row("the token's signature", PressureAttacks.BAD_TOKENS));
        rows.add(new Row(
                PressureAttacks.HANDSHAKES.name(),
                "`kefu.address.handshakes`",
                2,
                List.of(PressureAttacks.HANDSHAKES)));
        rows.add(new Row("`kefu.address.connections`", PressureAttacks.CONNECTIONS));
        rows.add(new Row("`kefu.queue.max-bytes`", PressureAttacks.slowReaders(20)));
        rows.add(new Row("`kefu.queue.timeout`; on Payara `kefu.pings.rate`", PressureAttacks.unreadPongs(150)));
        return rows;
    }

    private void measure(Row row, HealthyPair healthy) throws Exception {
        if (!row.name().matches(ONLY)) {
            return;
        }
        healthy.takeNanos();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(BEFORE_SECONDS));
        String before = p99(healthy.takeNanos());
        Map<String, Integer> ends = new TreeMap<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<CompletableFuture<Void>> attackers = new ArrayList<>();
        for (int i = 0; i < row.attackers(); i++) {
            attackers.add(CompletableFuture.runAsync(() -> attack(row, end, ends), task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> attacker : attackers) {
            attacker.get(5, TimeUnit.MINUTES);
        }
        String meanwhile = p99(healthy.takeNanos());
        healthy.rounds(); // throws where anything was missed
        String how = ends.entrySet().stream()
                .map(entry -> entry.getKey() + " ×" + entry.getValue())
                .collect(Collectors.joining(", "));
        System.out.println(
                "| " + row.name() + " | " + row.by() + " | " + how + " | " + before + " | " + meanwhile + " | 0 |");
    }

    private void attack(Row row, long end, Map<String, Integer> ends) {
        while (System.nanoTime() < end) {
            for (Attack attack : row.attacks()) {
                String how;
                try {
                    how = attack.once().tryOn(target);
                } catch (Exception failed) {
                    how = String.valueOf(failed);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                synchronized (ends) {
                    ends.merge(how, 1, Integer::sum);
                }
            }
        }
    }

    private static String p99(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? "-" : "%.1f ms".formatted(sorted.get(sorted.size() * 99 / 100) / 1e6);
    }
}
