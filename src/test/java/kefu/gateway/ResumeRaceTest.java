package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Resumes that meet each other, the end of the grace, and what is published meanwhile. */
class ResumeRaceTest extends V2Testbed {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private TestGateway gateway(String grace) {
        gateways.add(new TestGateway(
                Map.of(
                        "kefu.session.grace",
                        grace,
                        "kefu.heartbeat.interval",
                        "100ms",
                        "kefu.heartbeat.text",
                        "",
                        "kefu.stream.max-entries", // however far a slow client is behind
                        "1000000",
                        "kefu.stream.max-bytes",
                        "64MiB"),
                desk -> new Desk(desk.broker, Clock.systemUTC())));
        return gateways.get(0);
    }

    private static String code(TestGateway.Client client) {
        return String.valueOf(frames(client).get(0).get("code")).replace("\"", "");
    }

    @Test
    void aResumeThatIsOvertakenDeliversNothingBeforeTheAnswerToTheNextOne() {
        StoppedSteps steps = new StoppedSteps();
        TestGateway gateway = new TestGateway(Map.of(), desk -> new Desk(desk.broker, Clock.systemUTC()), steps);
        gateways.add(gateway);
        TestGateway.Client first = v2(gateway);
        JsonObject session = login(first, "g", "ann", "");
        String ticket = session.getString("ticket");
        String positions = session.getJsonObject("channels").toString();
        first.lose();
        push(gateway, Channel.agent(Id.ofText("ann").orElseThrow()), "{\"n\":1}");
        TestGateway.Client third = v2(gateway);
        AtomicInteger sent = new AtomicInteger();
        FakeWire wire = new FakeWire(sending -> {
            if (sent.getAndIncrement() == 0) { // the answer is on its way, and the replay is still to come
                steps.stopAt("list");
                resume(third, ticket, 2, positions);
            }
            sending.run();
        });
        resume(gateway.connect(wire, Version.V2), ticket, 1, positions);
        assertTrue(steps.hasStopped());
        assertEquals(List.of(), frames(third));
        steps.goOn();
        assertEquals("200", code(third));
        assertEquals(List.of(1), heard(third, "u:ann"));
    }

    @Test
    void nothingIsMissedOrHeardTwiceHoweverOftenTheConnectionIsLost() throws Exception {
        int count = 20_000;
        TestGateway gateway = gateway("10m");
        TestGateway.Client client = v2(gateway);
        JsonObject session = login(client, "g", "ann", "");
        String position = session.getJsonObject("channels").getJsonObject("g:g").toString();
        AtomicInteger attempts = new AtomicInteger();
        Future<?> publisher = threads.submit(() -> {
            for (int n = 0; n < count; n++) {
                int due = n / 1_000; // a busy machine may lose the line less often than it publishes
                Await.until(() -> attempts.get() >= due);
                push(gateway, group("g"), "{\"n\":" + n + "}");
            }
        });
        List<Integer> heard = new ArrayList<>();
        while (heard.size() < count) {
            boolean last = publisher.isDone();
            TestGateway.Client now = client;
            if (last) {
                Await.until(() -> heard(now, "g:g").size() + heard.size() >= count);
            }
            List<JsonObject> read = frames(client).stream()
                    .filter(frame -> frame.getString("ch", "").equals("g:g"))
                    .toList();
            client.lose();
            read.forEach(frame -> heard.add(frame.getJsonObject("push").getInt("n")));
            if (!read.isEmpty()) {
                position = position.replaceAll(
                        "\"off\":\\d+", "\"off\":" + read.get(read.size() - 1).getInt("off"));
            }
            client = v2(gateway);
            resume(client, session.getString("ticket"), attempts.incrementAndGet(), "{\"g:g\":" + position + "}");
        }
        publisher.get(30, TimeUnit.SECONDS);
        assertEquals(IntStream.range(0, count).boxed().toList(), heard);
        assertTrue(attempts.get() > 10, "lost " + attempts + " times");
    }

    @Test
    void whoIsPutIntoAChannelOrTakenOutWhileTheLineIsLostAndResumedIsInItOrOut() throws Exception {
        int losses = 3_000;
        TestGateway gateway = gateway("10m");
        TestGateway.Client first = v2(gateway);
        JsonObject session = login(first, "g", "ann", "");
        String client = session.getString("client");
        Future<?> losing = threads.submit(() -> {
            TestGateway.Client now = first;
            for (int i = 1; i <= losses; i++) {
                now.lose();
                now = v2(gateway);
                resume(now, session.getString("ticket"), i, "{}");
            }
        });
        SessionCommands clients = gateway.commands;
        for (boolean in = true; !losing.isDone(); in = !in) {
            for (int i = 0; i < 3; i++) {
                join(clients, client, in != (i == 1)); // in, out, in; then out, in, out
            }
            int count = in ? 1 : 0;
            Await.until(() ->
                    gateway.presence.count(group("h")).toCompletableFuture().join() == count);
        }
        losing.get(30, TimeUnit.SECONDS);
    }

    private static void join(SessionCommands clients, String client, boolean in) {
        var done = in ? clients.join(client, group("h")) : clients.leave(client, group("h"));
        done.toCompletableFuture().join();
    }

    @Test
    void ofManyAttemptsAtOnceTheLatestHasTheSessionAndNobodyHearsOfIt() throws Exception {
        int rounds = 200;
        int many = 6;
        TestGateway gateway = gateway("10m");
        TestGateway.Client other = v2(gateway);
        login(other, "g", "bob", "");
        TestGateway.Client first = v2(gateway);
        String ticket = login(first, "g", "ann", "").getString("ticket");
        for (int round = 0; round < rounds; round++) {
            CyclicBarrier together = new CyclicBarrier(many);
            List<TestGateway.Client> clients = new ArrayList<>();
            List<Future<?>> resumes = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                TestGateway.Client client = v2(gateway);
                clients.add(client);
                long attempt = (long) round * many + i;
                resumes.add(threads.submit(() -> {
                    together.await();
                    resume(client, ticket, attempt, "{}");
                    return null;
                }));
            }
            for (Future<?> resume : resumes) {
                resume.get(30, TimeUnit.SECONDS);
            }
            TestGateway.Client latest = clients.get(many - 1);
            assertEquals("200", code(latest));
            for (TestGateway.Client client : clients.subList(0, many - 1)) {
                if (frames(client).isEmpty() || code(client).equals("200")) { // its answer may have been too late
                    Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
                } else {
                    assertEquals("10005", code(client));
                }
            }
            int n = round;
            push(gateway, group("g"), "{\"n\":" + n + "}");
            Await.until(() -> heard(latest, "g:g").equals(List.of(n)));
            for (TestGateway.Client client : clients.subList(0, many - 1)) {
                assertEquals(List.of(), heard(client, "g:g"));
                client.connection.ended(4001);
            }
        }
        assertEquals(1, pushes(other, "login_push"));
        assertEquals(0, pushes(other, "logout_push"));
    }

    @Test
    void whoComesBackWhenTheGraceEndsHasTheSessionOrIsLoggedOutNeverBoth() {
        int rounds = 300;
        TestGateway gateway = gateway("1ms");
        TestGateway.Client other = v2(gateway);
        login(other, "g", "bob", "");
        int ended = 0;
        for (int round = 0; round < rounds; round++) {
            TestGateway.Client client = v2(gateway);
            String ticket = login(client, "g", "ann", "").getString("ticket");
            client.lose();
            if (round % 100 == 99) { // else the sweep, which comes several times a second, would hardly ever be first
                long before = ended;
                Await.until(() -> pushes(other, "logout_push") > before);
            }
            TestGateway.Client again = v2(gateway);
            resume(again, ticket, 1, "{}");
            if (!code(again).equals("10005")) {
                assertEquals(
                        2, frames(again).get(0).getJsonArray("customer_list").size(), "bob and ann");
                again.close();
            }
            long logouts = ++ended;
            Await.until(() -> pushes(other, "logout_push") >= logouts);
            assertEquals(logouts, pushes(other, "logout_push"));
            assertEquals(
                    1, gateway.presence.count(group("g")).toCompletableFuture().join());
        }
    }
}
