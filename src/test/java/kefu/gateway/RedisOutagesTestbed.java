package kefu.gateway;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.LoggedLines;
import kefu.backend.Backend;
import kefu.broker.redis.RedisLine;
import kefu.broker.redis.RedisServer;
import kefu.broker.redis.RedisTestbed;
import kefu.desk.Desk;
import kefu.protocol.FrameDecoder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes on a Redis that tests stop and freeze, one of them behind a line that they cut; and what their agents do and hear. */
abstract class RedisOutagesTestbed extends V2Testbed {
    static final RedisServer SERVER = new RedisServer("--appendonly", "yes", "--appendfsync", "no");
    private static int prefixes;

    final String prefix = "outage" + prefixes++;
    final RedisLine line = new RedisLine(SERVER);
    final LoggedLines log = new LoggedLines();
    TestGateway one;
    TestGateway two;

    /** Answers what the desk does not know at once. */
    private static final class Echo implements Backend {
        @Override
        public CompletableFuture<Answer> call(Call call) {
            return CompletableFuture.completedFuture(new Answered("{\"echo\":\"" + call.method() + "\"}"));
        }

        @Override
        public void close() {}
    }

    TestGateway node(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(RedisTestbed.TIMEOUT, "PT3S");
        TestGateway node = new TestGateway(all, gateway -> new Desk(gateway.broker, Clock.systemUTC(), new Echo()));
        gateways.add(node);
        return node;
    }

    @BeforeEach
    void start() {
        if (!SERVER.isAlive()) {
            SERVER.start();
        }
        one = node(line.settings(prefix));
        two = node(SERVER.settings(prefix));
    }

    @AfterEach
    void end() {
        gateways.forEach(TestGateway::close);
        gateways.clear();
        line.close();
        log.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** Does not wait for what it does. */
    static void send(TestGateway node, TestGateway.Client client, String text) {
        client.connection.heard();
        node.dispatcher.dispatch(client.connection, new FrameDecoder().decode(text, client.connection.version()));
    }

    static void say(TestGateway node, TestGateway.Client client, String id) {
        send(node, client, "{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + id + "\",\"id\":\"" + id + "\"}");
    }

    /** The code of a request's answer. */
    static Optional<String> code(TestGateway.Client client, String id) {
        return client.frames().stream()
                .filter(frame -> frame.getString("id", "").equals(id))
                .map(frame -> String.valueOf(frame.get("code")).replace("\"", ""))
                .findFirst();
    }

    static void awaitCode(String code, TestGateway.Client client, String id) {
        Await.untilEquals(Optional.of(code), () -> code(client, id));
    }

    static List<String> said(TestGateway.Client client, String method) {
        return client.frames().stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push"))
                .filter(push -> push.getString("method", "").equals(method))
                .map(push -> push.getString("content", push.getString("customer_id", "")))
                .toList();
    }

    /** An agent who is logged in to the group. */
    static TestGateway.Client member(TestGateway node, String uid) {
        TestGateway.Client client = v2(node);
        login(client, "g", uid, "");
        return client;
    }

    /** The line to Redis works again, and the node shows its sign of life. */
    void mend() {
        line.mend();
        awaitConnected();
        one.redis().lease().renew();
    }

    void awaitConnected() {
        Await.until(() -> one.redis().isConnected() && two.redis().isConnected());
    }

    static List<Integer> forwarded(TestGateway.Client client) {
        return client.frames().stream()
                .filter(frame -> frame.getString("id", "").startsWith("f"))
                .filter(frame -> frame.containsKey("data"))
                .map(frame -> Integer.parseInt(frame.getString("id").substring(1)))
                .toList();
    }

    static void forward(TestGateway node, TestGateway.Client client, int from, int to) {
        for (int i = from; i <= to; i++) {
            send(node, client, "{\"method\":\"m\",\"id\":\"f" + i + "\"}");
        }
    }

    static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** A Redis that has just come back may refuse for a moment. */
    static void sayUntilTaken(TestGateway node, TestGateway.Client client, String content) {
        String asked = "";
        for (int i = 0; !code(client, asked).equals(Optional.of("200")); i++) {
            String id = content + "." + i;
            send(
                    node,
                    client,
                    "{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + content + "\",\"id\":\"" + id + "\"}");
            Await.until(() -> code(client, id).isPresent());
            asked = id;
        }
    }

    /** What a client has heard from the first gap on. */
    static List<String> sinceTheGap(TestGateway.Client client) {
        return client.frames().stream()
                .filter(frame -> !frame.containsKey("code"))
                .map(frame -> frame.getString("method", "push"))
                .dropWhile(method -> !method.equals("gap"))
                .toList();
    }
}
