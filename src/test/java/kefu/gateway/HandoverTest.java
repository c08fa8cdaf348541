package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.LoggedLines;
import kefu.ManualTimer;
import kefu.backend.Backend;
import kefu.broker.SessionRecord;
import kefu.config.Settings;
import kefu.events.PresenceEvents;
import kefu.handover.LocalHandover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients find in a deployment that goes on with the file of the one before. */
class HandoverTest extends V2Testbed {
    @TempDir
    private Path directory;

    private Clock clock = Clock.systemUTC();
    private final Map<String, String> settings = new HashMap<>();

    private TestGateway gateway() {
        TestGateway made = new TestGateway(settings, none -> backend);
        gateways.add(made);
        return made;
    }

    private LocalHandover handover(TestGateway of) {
        return handover(of, Optional.empty());
    }

    private LocalHandover handover(TestGateway of, Optional<PresenceEvents> events) {
        return new LocalHandover(all(), of.gateway, of.local(), of.localPresence(), events, clock);
    }

    private Settings all() {
        return Settings.from(key -> Optional.ofNullable(settings.get(key)));
    }

    private void leave(TestGateway before) throws IOException {
        before.lifecycle.drain();
        before.connections.drain();
        before.lifecycle.seal();
        before.seal();
        handover(before).write(directory);
        before.connections.close(Duration.ZERO);
    }

    private TestGateway goOn() throws IOException {
        TestGateway next = gateway();
        handover(next).read(directory);
        return next;
    }

    private TestGateway redeploy(TestGateway before) throws IOException {
        leave(before);
        return goOn();
    }

    private static JsonObject resumeAt(TestGateway.Client client, JsonObject login) {
        resume(
                client,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        return frames(client).stream()
                .filter(frame -> frame.getString("method", "").equals("resume"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSessionGoesOnAndHearsWhatItHasMissedAndNobodyHearsOfIt() throws IOException {
        TestGateway old = gateway();
        TestGateway.Client before = v2(old);
        TestGateway.Client other = v2(old);
        JsonObject login = login(before, "3", "17", "");
        JsonObject others = login(other, "3", "18", "");
        push(old, group("3"), "{\"n\":1}");
        TestGateway next = redeploy(old);
        TestGateway.Client after = v2(next);
        JsonObject resumed = resumeAt(after, login);
        assertEquals(200, resumed.getInt("code"));
        assertEquals(login.getString("client"), resumed.getString("client"));
        assertEquals(2, resumed.getJsonArray("customer_list").size());
        assertTrue(resumed.getJsonObject("channels").values().stream()
                .allMatch(start -> start.asJsonObject().getBoolean("recovered")));
        assertEquals(List.of(1), heard(after, "g:3"));
        push(next, group("3"), "{\"n\":2}");
        assertEquals(List.of(1, 2), heard(after, "g:3"));
        TestGateway.Client otherAfter = v2(next);
        resumeAt(otherAfter, others);
        assertEquals(List.of(1, 2), heard(otherAfter, "g:3"));
        assertEquals(0, pushes(otherAfter, "logout_push") + pushes(otherAfter, "login_push"));
        assertEquals(2, next.sessions.kept());
    }

    @Test
    void whatABackendHasMadeOfASessionGoesOn() throws IOException {
        TestGateway old = gateway();
        JsonObject login = login(v2(old), "3", "17", "");
        String client = login.getString("client");
        old.commands.join(client, group("9"));
        old.presence.setData(client, object("{\"seat\":4}"));
        TestGateway next = redeploy(old);
        SessionRecord record =
                next.presence.session(client).toCompletableFuture().join().orElseThrow();
        assertEquals("{\"seat\":4}", record.data().toString());
        TestGateway.Client after = v2(next);
        resumeAt(after, login);
        push(next, group("9"), "{\"n\":5}");
        assertEquals(List.of(5), heard(after, "g:9"));
    }

    @Test
    void aRequestIsAnsweredAsBeforeOrItsOutcomeIsUnknownOrItIsServed() throws IOException {
        TestGateway old = gateway();
        TestGateway.Client before = v2(old);
        JsonObject login = login(before, "3", "17", "");
        before.send("{\"method\":\"done\",\"id\":\"a\"}");
        backend.answer("done", new Backend.Answered("{\"n\":1}"));
        before.send("{\"method\":\"hangs\",\"id\":\"b\"}");
        TestGateway next = redeploy(old);
        TestGateway.Client after = v2(next);
        resumeAt(after, login);
        after.send("{\"method\":\"done\",\"id\":\"a\",\"again\":true}");
        assertEquals("{\"n\":1}", last(after).getJsonObject("data").toString());
        after.send("{\"method\":\"hangs\",\"id\":\"b\",\"again\":true}");
        assertEquals("10011", last(after).getString("code"));
        int calls = backend.calls.size();
        after.send("{\"method\":\"never\",\"id\":\"c\",\"again\":true}");
        assertEquals(calls + 1, backend.calls.size());
    }

    /** As after a long pause, when all is sent that has waited. */
    @Test
    void aRequestThatTheStopHasCutOffOnItsWayIsServedThoughItsSessionHadMoreAnswersThanAreKept() throws IOException {
        TestGateway old = gateway();
        TestGateway.Client before = v2(old);
        JsonObject login = login(before, "3", "17", "");
        for (int i = 0; i < 65; i++) {
            before.send("{\"method\":\"m" + i + "\",\"id\":\"r" + i + "\"}");
            backend.answer("m" + i, new Backend.Answered("{}"));
        }
        TestGateway next = redeploy(redeploy(old));
        TestGateway.Client after = v2(next);
        resumeAt(after, login);
        after.send("{\"method\":\"m0\",\"id\":\"r0\",\"again\":true}");
        assertEquals("10011", last(after).getString("code"));
        int calls = backend.calls.size();
        after.send("{\"method\":\"never\",\"id\":\"c\",\"again\":true}");
        assertEquals(calls + 1, backend.calls.size());
    }

    @Test
    void aSessionThatDoesNotComeBackEndsWithItsGraceAndIsToldOnce() throws IOException {
        settings.put("kefu.session.grace", "30s");
        TestGateway old = gateway();
        JsonObject stays = login(v2(old), "3", "17", "");
        login(v2(old), "3", "18", "");
        TestGateway.Client cut = v2(old);
        login(cut, "3", "19", "");
        cut.lose();
        Await.until(() -> !old.presence
                .session(cut.connection.client())
                .toCompletableFuture()
                .join()
                .orElseThrow()
                .member()
                .isConnected());
        old.advance(Duration.ofSeconds(29));
        TestGateway next = redeploy(old);
        TestGateway.Client after = v2(next);
        resumeAt(after, stays);
        next.advance(Duration.ofSeconds(4));
        next.sessions.expire();
        assertEquals(0, pushes(after, "logout_push"), "five seconds at least");
        next.advance(Duration.ofSeconds(2));
        next.sessions.expire();
        assertEquals(1, pushes(after, "logout_push"));
        next.advance(Duration.ofSeconds(25));
        next.sessions.expire();
        assertEquals(2, pushes(after, "logout_push"), "a whole grace for one that was connected");
        assertEquals(1, next.sessions.kept());
    }

    @Test
    void twoRedeploysWithinAGraceLogNobodyOutWhoIsStillInAPause() throws IOException {
        settings.put("kefu.session.grace", "30s");
        TestGateway old = gateway();
        JsonObject watcher = login(v2(old), "3", "1", "");
        JsonObject login = login(v2(old), "3", "17", "");
        old.connect().login("3", "18");
        TestGateway second = redeploy(old);
        TestGateway.Client watching = v2(second);
        resume(watching, watcher.getString("ticket"), 1, "{}");
        second.advance(Duration.ofSeconds(20));
        TestGateway third = redeploy(second);
        third.advance(Duration.ofSeconds(25));
        third.sessions.expire();
        TestGateway.Client still = v2(third);
        resume(still, watcher.getString("ticket"), 2, "{}");
        assertEquals(200, resumeAt(v2(third), login).getInt("code"));
        third.connect().login("3", "18");
        assertEquals(0, pushes(still, "logout_push") + pushes(still, "login_push"));
    }

    @Test
    void aClientOfV1ThatLogsInAgainAsWhoItWasIsBackAndNobodyHearsOfIt() throws IOException {
        TestGateway old = gateway();
        JsonObject watcher = login(v2(old), "3", "1", "");
        TestGateway.Client first = old.connect();
        TestGateway.Client second = old.connect();
        first.login("3", "17");
        second.login("3", "17");
        TestGateway next = redeploy(old);
        TestGateway.Client watching = v2(next);
        resumeAt(watching, watcher);
        long logins = pushes(watching, "login_push");
        TestGateway.Client back = next.connect();
        back.login("3", "17");
        assertEquals(3, back.frames().get(0).getJsonArray("customer_list").size());
        next.connect().login("3", "17");
        assertEquals(0, pushes(watching, "logout_push") + pushes(watching, "login_push") - logins);
        next.connect().login("3", "17");
        assertEquals(logins + 1, pushes(watching, "login_push"), "there were two");
        back.lose();
        Await.until(() -> pushes(watching, "logout_push") == 1);
        assertEquals(
                first.connection.client(),
                frames(watching).stream()
                        .filter(frame -> frame.containsKey("push"))
                        .map(frame -> frame.getJsonObject("push"))
                        .filter(push -> push.getString("method", "").equals("logout_push"))
                        .map(push -> push.getString("client"))
                        .findFirst()
                        .orElseThrow(),
                "the one that joined first, by the id that all know");
    }

    @Test
    void aClientOfV1WithAnotherNameIsAnotherOne() throws IOException {
        TestGateway old = gateway();
        JsonObject watcher = login(v2(old), "3", "1", "");
        old.connect().login("3", "17");
        TestGateway next = redeploy(old);
        TestGateway.Client watching = v2(next);
        resumeAt(watching, watcher);
        long logins = pushes(watching, "login_push");
        next.connect()
                .send("{\"method\":\"login\",\"bid\":\"3\",\"customer_id\":\"17\",\"customer_name\":\"another\"}");
        assertEquals(logins + 1, pushes(watching, "login_push"));
    }

    @Test
    void theSessionsOfAnOldFileHaveEnded() throws IOException {
        TestGateway old = gateway();
        JsonObject login = login(v2(old), "3", "17", "");
        leave(old);
        clock = Clock.fixed(clock.instant().plus(Duration.ofMinutes(11)), ZoneOffset.UTC);
        TestGateway next = goOn();
        TestGateway.Client watcher = v2(next);
        login(watcher, "3", "1", "");
        next.sessions.expire();
        assertEquals(1, pushes(watcher, "logout_push"));
        TestGateway.Client late = v2(next);
        resume(late, login.getString("ticket"), 1, "{}");
        assertEquals("10005", last(late).getString("code"));
    }

    @Test
    void theReaderIsToldForHowLongNobodyHasServed() throws IOException {
        clock = Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC);
        leave(gateway());
        clock = Clock.offset(clock, Duration.ofMillis(1_234));
        LocalHandover next = handover(gateway());
        assertEquals(Optional.of(Duration.ofMillis(1_234)), next.read(directory));
        assertEquals(Optional.empty(), next.read(directory), "there is no file any more");
    }

    @Test
    void publicationsThatThereIsNoRoomForAreNotRecoveredAndNeverPassedOver() throws IOException {
        settings.put("kefu.handover.max-bytes", "1MiB");
        TestGateway old = gateway();
        JsonObject login = login(v2(old), "3", "17", "");
        JsonObject small = login(v2(old), "4", "18", "");
        push(old, group("4"), "{\"n\":1}");
        for (int n = 1; n <= 12; n++) {
            push(old, group("3"), "{\"n\":" + n + ",\"x\":\"" + "y".repeat(100_000) + "\"}");
        }
        try (LoggedLines log = new LoggedLines()) {
            leave(old);
            assertTrue(log.starting("HandOver").get(0).contains(" cut="), log.starting("HandOver")::toString);
        }
        assertTrue(Files.size(directory.resolve("handover")) <= (1 << 20) + 100);
        TestGateway next = goOn();
        TestGateway.Client after = v2(next);
        JsonObject resumed = resumeAt(after, login);
        assertFalse(resumed.getJsonObject("channels").getJsonObject("g:3").getBoolean("recovered"));
        assertEquals(List.of(), heard(after, "g:3"));
        TestGateway.Client other = v2(next);
        assertFalse(resumeAt(other, small)
                .getJsonObject("channels")
                .getJsonObject("g:4")
                .getBoolean("recovered"));
    }

    /** Sixty-four answers of 4 KiB for each of a hundred and thirty agents are more than the default. */
    @Test
    void answersThatThereIsNoRoomForAreForgottenAndAllSessionsGoOn() throws IOException {
        settings.put("kefu.handover.max-bytes", "1MiB");
        TestGateway old = gateway();
        List<JsonObject> logins = new ArrayList<>();
        Backend.Answered answer = new Backend.Answered("\"" + "x".repeat(4_000) + "\"");
        for (int agent = 0; agent < 5; agent++) {
            TestGateway.Client client = v2(old);
            logins.add(login(client, "3", String.valueOf(agent), ""));
            for (int i = 0; i < 64; i++) {
                client.send("{\"method\":\"m" + i + "\",\"id\":\"r" + i + "\"}");
                backend.answer("m" + i, answer);
            }
            old.advance(Duration.ofMillis(10));
        }
        push(old, group("3"), "{\"n\":1}");
        TestGateway next = redeploy(old);
        TestGateway.Client first = v2(next);
        assertEquals(200, resumeAt(first, logins.get(0)).getInt("code"));
        assertEquals(List.of(1), heard(first, "g:3"));
        first.send("{\"method\":\"m63\",\"id\":\"r63\",\"again\":true}");
        assertEquals("10011", last(first).getString("code"));
        TestGateway.Client last = v2(next);
        assertEquals(200, resumeAt(last, logins.get(4)).getInt("code"));
        last.send("{\"method\":\"m63\",\"id\":\"r63\",\"again\":true}");
        assertEquals(4_000, last(last).getString("data").length());
    }

    @Test
    void eventsGoOnWhereAClassIsGoneThatTheFileNeeds() {
        List<Runnable> woken = new ArrayList<>();
        PresenceEvents events = new PresenceEvents(
                URI.create("http://127.0.0.1:9/"), all(), () -> "key", new ManualTimer(), woken::add, () -> 0, () -> 0);
        TestGateway old = gateway();
        Path nowhere = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                    throw new NoClassDefFoundError("kefu/handover/HandoverWriter");
                });
        assertThrows(NoClassDefFoundError.class, () -> handover(old, Optional.of(events))
                .write(nowhere));
        assertEquals(1, woken.size(), "it looks for what is to be sent");
    }

    @Test
    void aFileThatIsRefusedIsSaidInOneLineAndTheSessionsLogInAgain() throws IOException {
        TestGateway old = gateway();
        JsonObject login = login(v2(old), "3", "17", "");
        leave(old);
        Path file = directory.resolve("handover");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 200));
        try (LoggedLines log = new LoggedLines()) {
            TestGateway next = goOn();
            assertEquals(List.of("TakeOver refused=\"its checksum is wrong\""), log.starting("TakeOver"));
            TestGateway.Client after = v2(next);
            resume(after, login.getString("ticket"), 1, "{}");
            assertEquals("10005", last(after).getString("code"));
            assertFalse(Files.exists(file));
        }
    }
}
