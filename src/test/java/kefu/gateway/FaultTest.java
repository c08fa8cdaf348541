package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kefu.Await;
import kefu.backend.Backend;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Version;
import kefu.session.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever step fails: every request is answered, and nothing stays taken, neither the agent's place nor a ticket, a
 * subscription or an entry in a list.
 */
class FaultTest {
    private static final Logger LOG = Logger.getLogger("kefu.gateway");

    /** Some seven hundred faults with their stacks would hide what another test says. */
    @BeforeAll
    static void sayNothing() {
        LOG.setUseParentHandlers(false);
    }

    @AfterAll
    static void sayAll() {
        LOG.setUseParentHandlers(true);
    }

    /** What clients and the API do, with a gateway of which one step fails. */
    private interface Story {
        void play(Stage stage);
    }

    /** A gateway, its clients, and what they have asked. */
    private static final class Stage implements AutoCloseable {
        final Faults faults;
        final TestGateway gateway;
        final List<TestGateway.Client> clients = new ArrayList<>();
        final List<CompletionStage<?>> calls = new ArrayList<>();
        int requests;

        Stage(Faults faults, String mode) {
            this.faults = faults;
            this.gateway = new TestGateway(
                    mode.equals("open")
                            ? Map.of("kefu.agent.connections", "1", "kefu.session.grace", "1ms")
                            : Map.of(
                                    "kefu.agent.connections",
                                    "1",
                                    "kefu.session.grace",
                                    "1ms",
                                    "kefu.auth.mode",
                                    mode,
                                    "kefu.backend.url",
                                    "http://127.0.0.1:9/"),
                    own -> mode.equals("open") ? new Desk(own.broker, Clock.systemUTC()) : new Answering(),
                    faults);
        }

        TestGateway.Client connect(Version version) {
            clients.add(gateway.connect(new FakeWire(), version));
            return clients.get(clients.size() - 1);
        }

        /** Sends a request, and waits until it is answered. */
        JsonObject ask(TestGateway.Client client, String request) {
            long before = answers(client);
            requests++;
            client.send(request);
            Await.until(() -> answers(client) > before || client.connection.hasEnded());
            List<JsonObject> all =
                    client.frames().stream().filter(Stage::isAnswer).toList();
            return all.isEmpty() ? Json.object(Map.of()) : all.get(all.size() - 1);
        }

        JsonObject login(TestGateway.Client client, String group, String agent) {
            return ask(
                    client,
                    "{\"method\":\"login\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"n\",\"channels\":{\"all\":{\"epoch\":\"e\",\"off\":1}}}"
                            .formatted(group, agent));
        }

        long answers(TestGateway.Client client) {
            return client.frames().stream().filter(Stage::isAnswer).count();
        }

        private static boolean isAnswer(JsonObject frame) {
            String method = frame.getString("method", "");
            return !frame.containsKey("ch")
                    && !method.endsWith("_push")
                    && !method.equals("channels")
                    && !frame.containsKey("bye");
        }

        @Override
        public void close() {
            gateway.close();
        }
    }

    /** A backend that knows everybody. */
    private static final class Answering implements Backend {
        @Override
        public CompletionStage<Answer> call(Call call) {
            return CompletableFuture.completedFuture(
                    new Answered("{\"bid\":\"g\",\"customer_id\":\"ann\",\"customer_name\":\"n\"}"));
        }

        @Override
        public void close() {}
    }

    private static Story login(Version version) {
        return stage -> stage.login(stage.connect(version), "g", "ann");
    }

    private static Story secondLogin(Version version, String group, String agent) {
        return stage -> {
            TestGateway.Client client = stage.connect(version);
            stage.login(client, "g", "ann");
            stage.login(client, group, agent);
        };
    }

    private static void loginAndResume(Stage stage) {
        TestGateway.Client client = stage.connect(Version.V2);
        String ticket = stage.login(client, "g", "ann").getString("ticket", "none");
        client.lose();
        String resume =
                "{\"method\":\"resume\",\"ticket\":\"%s\",\"try\":%d,\"channels\":{\"all\":{\"epoch\":\"e\",\"off\":1}}}";
        if (!stage.ask(stage.connect(Version.V2), resume.formatted(ticket, 1)).containsKey("ticket")) {
            stage.ask(stage.connect(Version.V2), resume.formatted(ticket, 2));
        }
    }

    private static void loginAndLogout(Stage stage) {
        TestGateway.Client client = stage.connect(Version.V2);
        stage.login(client, "g", "ann");
        stage.ask(client, "{\"method\":\"logout\"}");
    }

    private static Story apiCalls(Version version) {
        return stage -> {
            TestGateway.Client client = stage.connect(version);
            stage.login(client, "g", "ann");
            SessionCommands api = stage.gateway.commands;
            String own = Optional.ofNullable(Session.on(client.connection))
                    .map(session -> session.member().client())
                    .orElse("none");
            Channel other = group("h");
            stage.calls.add(api.join(own, other));
            stage.calls.add(api.leave(own, other));
            stage.calls.add(api.join(own, other));
            stage.calls.add(api.leaveAll(other));
            stage.calls.add(api.join(own, other));
        };
    }

    private static Story apiClose(Version version, boolean lost) {
        return stage -> {
            TestGateway.Client client = stage.connect(version);
            stage.login(client, "g", "ann");
            String own = Optional.ofNullable(Session.on(client.connection))
                    .map(session -> session.member().client())
                    .orElse("none");
            if (lost) {
                client.lose();
            }
            stage.calls.add(stage.gateway.commands.close(own, Optional.of("{\"bye\":1}")));
        };
    }

    private static Story forwarded(Version version) {
        return stage -> {
            TestGateway.Client client = stage.connect(version);
            stage.login(client, "g", "ann");
            stage.ask(client, "{\"method\":\"order/list\"}");
            stage.ask(client, "{\"method\":\"order/list\",\"id\":\"1\"}");
            stage.ask(client, "{\"method\":\"order/list\",\"id\":\"1\"}");
        };
    }

    static Stream<Arguments> stories() {
        List<Arguments> stories = new ArrayList<>();
        for (Faults.Kind kind : Faults.Kind.values()) {
            for (Version version : Version.values()) {
                String named = " " + version;
                stories.add(Arguments.of(kind, "open", Named.of("login" + named, login(version))));
                stories.add(Arguments.of(kind, "backend", Named.of("login" + named, login(version))));
                stories.add(Arguments.of(kind, "open", Named.of("again" + named, secondLogin(version, "g", "ann"))));
                stories.add(Arguments.of(kind, "open", Named.of("another" + named, secondLogin(version, "g", "bob"))));
                stories.add(Arguments.of(kind, "open", Named.of("moves" + named, secondLogin(version, "h", "ann"))));
                stories.add(Arguments.of(kind, "open", Named.of("API" + named, apiCalls(version))));
                stories.add(Arguments.of(kind, "open", Named.of("API close" + named, apiClose(version, false))));
                stories.add(Arguments.of(kind, "open", Named.of("API close lost" + named, apiClose(version, true))));
                stories.add(Arguments.of(kind, "backend", Named.of("forwarded" + named, forwarded(version))));
            }
            stories.add(Arguments.of(kind, "open", Named.<Story>of("resume", FaultTest::loginAndResume)));
            stories.add(Arguments.of(kind, "open", Named.<Story>of("logout", FaultTest::loginAndLogout)));
        }
        return stories.stream();
    }

    @ParameterizedTest(name = "{2} {1} {0}")
    @MethodSource("stories")
    void whateverStepFailsAllIsAnsweredAndNothingStaysTaken(Faults.Kind kind, String mode, Story story) {
        boolean more = true;
        for (int step = 1; more; step++) {
            Faults faults = new Faults(kind, step);
            try (Stage stage = new Stage(faults, mode)) {
                story.play(stage);
                more = faults.hit();
                faults.end();
                check(stage, "step " + step);
            }
        }
    }

    private static void check(Stage stage, String step) {
        long ended = stage.clients.stream().filter(c -> c.connection.hasEnded()).count();
        long answers = stage.clients.stream().mapToLong(stage::answers).sum();
        assertTrue(
                answers <= stage.requests && answers >= stage.requests - ended,
                step + ": each request is answered once");
        stage.calls.forEach(call -> assertTrue(call.toCompletableFuture().isDone(), step + ": each call is answered"));
        Sessions sessions = stage.gateway.sessions;
        List<TestGateway.Client> clients = new ArrayList<>(stage.clients);
        clients.sort(Comparator.comparing( // who has the agent's place is first to give it back
                client -> Session.on(client.connection) == null));
        for (TestGateway.Client client : clients) {
            Await.until(
                    () -> { // a session that waits for another connection has the agent's place for a millisecond
                        sessions.expire();
                        stage.login(client, "g", "ann");
                        return client.connection.hasEnded() || Session.on(client.connection) != null;
                    });
            client.close();
        }
        Await.until(() -> {
            sessions.expire();
            return sessions.kept() == 0 && isEmpty(stage);
        });
        for (String agent : List.of("ann", "bob")) {
            TestGateway.Client next = stage.connect(Version.V2);
            JsonObject answer = stage.login(next, "g", agent);
            assertTrue(answer.containsKey("ticket"), step + ": the agent's place is free: " + answer);
            assertEquals(1, answer.getJsonArray("customer_list").size(), step + ": nobody else is listed");
            next.close();
        }
        Await.until(() -> sessions.kept() == 0 && isEmpty(stage));
    }

    private static boolean isEmpty(Stage stage) {
        return stage.gateway.dispatcher.sessions() == 0
                && stage.gateway.dispatcher.groups() == 0
                && Stream.of(Channel.ALL, group("g"), group("h"), agent("ann"), agent("bob"))
                        .allMatch(channel -> stage.gateway
                                        .presence
                                        .count(channel)
                                        .toCompletableFuture()
                                        .join()
                                == 0);
    }

    private static Channel group(String name) {
        return Channel.group(Id.ofText(name).orElseThrow());
    }

    private static Channel agent(String name) {
        return Channel.agent(Id.ofText(name).orElseThrow());
    }
}
