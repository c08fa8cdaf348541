package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.backend.StubService;
import kefu.it.RawClient;
import kefu.it.WsClient;
import kefu.protocol.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The endpoint over a real wire to clients and to a backend, without a container of its own. */
class EndpointTest {
    private final Map<String, String> settings = new HashMap<>(Map.of("kefu.heartbeat.interval", "20s"));
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private LocalGateway gateway(StubService backend) throws Exception {
        open.add(0, backend);
        settings.put("kefu.backend.url", backend.url().toString());
        LocalGateway gateway = new LocalGateway(settings);
        open.add(0, gateway);
        return gateway;
    }

    private static void echo(StubService.Received request, java.net.Socket socket) throws Exception {
        StubService.ok(socket, request.body());
    }

    @Test
    void aThousandConnectionsRequestsAreWithTheBackendAtOnceAndEachGetsItsOwnAnswer() throws Exception {
        int connections = 1_000;
        CountDownLatch allHere = new CountDownLatch(connections);
        StubService backend = new StubService((request, socket) -> {
            allHere.countDown();
            assertTrue(allHere.await(60, TimeUnit.SECONDS)); // nobody is answered until all are here
            echo(request, socket);
        });
        settings.put("kefu.backend.timeout", "1m");
        LocalGateway gateway = gateway(backend);
        List<WsClient> clients = WsClient.connect(gateway.url(), connections);
        for (int i = 0; i < connections; i++) {
            clients.get(i).send("{\"method\":\"echo\",\"n\":" + i + "}");
        }
        for (int i = 0; i < connections; i++) {
            assertEquals("{\"method\":\"echo\",\"n\":" + i + "}", clients.get(i).next());
        }
        assertEquals(connections, backend.requests.size());
    }

    @Test
    void oneConnectionsRequestsAreWithTheBackendOneByOneAndAnsweredInOrder() throws Exception {
        int connections = 4;
        int each = 50;
        Map<String, AtomicInteger> atOnce = new ConcurrentHashMap<>();
        List<String> overtaken = new ArrayList<>();
        StubService backend = new StubService((request, socket) -> {
            String connection = request.body().replaceAll("\\D+(\\d+)\\D.*", "$1");
            AtomicInteger mine = atOnce.computeIfAbsent(connection, none -> new AtomicInteger());
            if (mine.incrementAndGet() > 1) {
                synchronized (overtaken) {
                    overtaken.add(request.body());
                }
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(2_000_000)); // each takes its own time
            mine.decrementAndGet();
            echo(request, socket);
        });
        LocalGateway gateway = gateway(backend);
        List<WsClient> clients = WsClient.connect(gateway.url(), connections);
        for (int n = 0; n < each; n++) {
            for (int c = 0; c < connections; c++) {
                clients.get(c).send("{\"method\":\"echo\",\"c\":" + c + ",\"n\":" + n + "}");
            }
        }
        for (int c = 0; c < connections; c++) {
            for (int n = 0; n < each; n++) {
                assertEquals(
                        "{\"method\":\"echo\",\"c\":" + c + ",\"n\":" + n + "}",
                        clients.get(c).next());
            }
        }
        assertEquals(List.of(), overtaken);
    }

    @Test
    void aConnectionThatWaitsForTheBackendKeepsNoOtherWaiting() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        StubService backend = new StubService((request, socket) -> {
            if (request.body().contains("\"slow\"")) {
                assertTrue(goOn.await(60, TimeUnit.SECONDS));
            }
            echo(request, socket);
        });
        LocalGateway gateway = gateway(backend);
        WsClient slow = WsClient.connect(gateway.url());
        slow.send("{\"method\":\"slow\"}");
        Await.until(() -> backend.requests.size() == 1);
        WsClient quick = WsClient.connect(gateway.url());
        quick.send("{\"method\":\"quick\"}");
        assertEquals("{\"method\":\"quick\"}", quick.next());
        assertEquals(0, slow.waiting());
        goOn.countDown();
        assertEquals("{\"method\":\"slow\"}", slow.next());
    }

    @Test
    void oneRequestMoreThanMayWaitIsRefusedAtOnceAndTheOthersAreServed() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        StubService backend = new StubService((request, socket) -> {
            assertTrue(goOn.await(60, TimeUnit.SECONDS));
            echo(request, socket);
        });
        WsClient client = WsClient.connect(gateway(backend).url());
        for (int n = 0; n <= 64; n++) {
            client.send("{\"method\":\"echo\",\"n\":" + n + "}");
        }
        client.send("{\"method\":\"one/more\"}");
        assertEquals("{\"code\":\"10007\",\"method\":\"one/more\",\"msg\":\"请求过于频繁\"}", client.next());
        Await.until(() -> !backend.requests.isEmpty());
        assertEquals(1, backend.requests.size(), "one is with the backend, 64 wait");
        goOn.countDown();
        for (int n = 0; n <= 64; n++) {
            assertEquals("{\"method\":\"echo\",\"n\":" + n + "}", client.next());
        }
    }

    @Test
    void aMessageIsNestedAsDeepAsIsSet() throws Exception {
        StubService backend = new StubService((request, socket) -> StubService.ok(socket, "ok"));
        settings.put("kefu.message.max-depth", "3");
        WsClient client = WsClient.connect(gateway(backend).url());
        client.send("{\"method\":\"deep\",\"n\":[[[]]]}");
        client.send("{\"method\":\"shallow\",\"n\":[[]]}");
        assertEquals("ok", client.next());
        assertEquals(
                List.of("{\"method\":\"shallow\",\"n\":[[]]}"),
                backend.requests.stream().map(StubService.Received::body).toList());
    }

    @Test
    void whatTheClientSendsReachesTheBackendByteForByte() throws Exception {
        StubService backend = new StubService((request, socket) -> StubService.ok(socket, "ok"));
        WsClient client = WsClient.connect(gateway(backend).url());
        List<String> messages = List.of(
                "{\"method\":\"m\",\"o\":{},\"a\":[],\"z\":null,\"t\":true,\"f\":false,\"d\":[[{\"a\":[{}]}]]}",
                "{\"method\":\"m\",\"n\":[1e999999999,1.50,-0,1E+2,0.10,123456789012345678901234567890]}",
                "{\"method\":\"m\",\"unknown\":\"member\",\"Method\":1,\"customer_id\":[17],\"id\":\"x\"}",
                "{\"method\":\"m\",\"s\":\"中文 русский العربية हिन्दी 😀 𠀀 e\u0301 \u00a0\u2028\ufeff</script>\"}",
                "{\"中文\":{\"\":\"\"},\"method\":\"m\",\"\\\"\\\\\":\"\\\"\\\\\\n\\t\"}");
        for (String message : messages) {
            client.send(message);
            assertEquals("ok", client.next());
            assertEquals(
                    message, backend.requests.get(backend.requests.size() - 1).body());
        }
        client.send(" { \"a\" : 1 , \"method\" : \"x\" , \"a\" : {\"b\":1,\"b\":2} , \"method\" : \"order/中文\" } ");
        assertEquals("ok", client.next());
        StubService.Received last = backend.requests.get(backend.requests.size() - 1);
        assertEquals("{\"a\":{\"b\":2},\"method\":\"order/中文\"}", last.body(), "of duplicate members the last");
        assertTrue(last.line().startsWith("POST /service/customer/order/%e4%b8%ad%e6%96%87?token="), last.line());
    }

    @Test
    void whatTheBackendAnswersReachesTheClientByteForByte() throws Exception {
        List<String> answers = List.of(
                "",
                "no JSON",
                " { \"a\" : 1e999999999 , \"a\" : -0 }\r\n",
                "中文 😀 \u0000\u2028\ufeff</script>",
                "x".repeat(1 << 20));
        AtomicInteger next = new AtomicInteger();
        StubService backend =
                new StubService((request, socket) -> StubService.ok(socket, answers.get(next.getAndIncrement())));
        WsClient client = WsClient.connect(gateway(backend).url());
        for (String answer : answers) {
            client.send("{\"method\":\"m\"}");
            assertEquals(answer, client.next());
        }
    }

    @Test
    void aMessageMayBeBinaryAndMayComeInParts() throws Exception {
        settings.put("kefu.pings.rate", "1000"); // one between two parts
        StubService backend = new StubService(EndpointTest::echo);
        WsClient client = WsClient.connect(gateway(backend).url());
        String message = "{\"method\":\"中文\",\"x\":\"😀\"}";
        client.sendBinary(message);
        assertEquals(message, client.next());
        client.sendInParts(message, 2);
        assertEquals(message, client.next());
        client.sendBinaryInParts(message, 1); // most characters are cut in two
        assertEquals(message, client.next());
        client.send("beat");
        client.send(message);
        assertEquals(message, client.next(), "the parts before are forgotten");
    }

    @Test
    void aMessageOverTheBoundClosesItsConnectionWith1009InWhateverFormItComes() throws Exception {
        settings.put("kefu.message.max-bytes", "1KiB");
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        String most = "{\"method\":\"m\",\"x\":\"中%s\"}".formatted("x".repeat(1024 - 24));
        assertEquals(1024, most.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        String over = most.replace("中", "中x");
        interface Form {
            void send(WsClient client, String text) throws Exception;
        }
        List<Form> forms = List.of(
                WsClient::send,
                WsClient::sendBinary,
                (client, text) -> client.sendInParts(text, 100),
                (client, text) -> client.sendBinaryInParts(text, 100));
        for (Form form : forms) {
            WsClient client = WsClient.connect(gateway.url());
            form.send(client, most);
            assertEquals(most, client.next());
            form.send(client, over);
            assertEquals(1009, client.closeCode());
            assertEquals(List.of(), client.take());
        }
    }

    @Test
    void aPongAloneKeepsAConnectionAndSoDoesATextAlone() throws Exception {
        settings.put("kefu.heartbeat.interval", "100ms");
        settings.put("kefu.heartbeat.timeout", "2s");
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        WsClient pongs = WsClient.connect(gateway.url()); // by itself, and sends nothing else
        try (RawClient beats = new RawClient(gateway.url())) { // sends no pong
            for (int i = 0; i < 30; i++) { // one and a half timeouts
                assertEquals("{\"type\":\"ping\"}", beats.read());
                beats.send("beat");
            }
            Await.until(() -> pongs.heartbeats() >= 30);
            assertEquals(4009, beats.closeCode(), "until it stops");
        }
        pongs.send("{\"method\":\"echo\"}");
        assertEquals("{\"method\":\"echo\"}", pongs.next());
    }

    @Test
    void aGroupHearsWhoComesAndGoes() throws Exception {
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        WsClient ann = WsClient.connect(gateway.url());
        WsClient bob = WsClient.connect(gateway.url());
        ann.send("{\"method\":\"login\",\"bid\":3,\"customer_id\":17,\"customer_name\":\"<安>\"}");
        assertTrue(
                ann.next()
                        .matches(
                                "\\{\"customer_id\":17,\"customer_name\":\"&lt;安&gt;\",\"method\":\"login\",\"timestamp\":\\d+,"
                                        + "\"customer_list\":\\[\\{\"customer_id\":17,\"customer_name\":\"&lt;安&gt;\",\"status\":1}]}"));
        bob.send("{\"method\":\"login\",\"bid\":\"3\",\"customer_id\":\"b\",\"customer_name\":\"Bob\"}");
        assertTrue(bob.next().contains("\"customer_list\":[{\"customer_id\":17,"));
        assertTrue(ann.next().contains("\"method\":\"login_push\""));
        bob.abort();
        String left = ann.next();
        assertTrue(left.contains("\"method\":\"logout_push\"") && left.contains("\"customer_id\":\"b\""), left);
        ann.send("{\"method\":\"echo\"}");
        assertEquals("{\"method\":\"echo\"}", ann.next(), "and once only");
    }

    @Test
    void onlyTheSubprotocolOfTheSecondVersionIsAnsweredAndWithoutItTheFirstIsSpoken() throws Exception {
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        String bad = "{\"method\":\"no//path\",\"id\":\"1\"}";
        String refused = "{\"code\":\"10003\",\"method\":\"no//path\",\"msg\":\"method参数不正确\"}";
        for (String unknown : List.of("kefu.v3", "KEFU.V2", "chat")) {
            WsClient first = WsClient.offering(gateway.url(), unknown);
            assertEquals("", first.subprotocol());
            first.send(bad);
            assertEquals(refused, first.next());
        }
        WsClient second = WsClient.offering(gateway.url(), "kefu.v3", "kefu.v2", "chat");
        assertEquals("kefu.v2", second.subprotocol());
        second.send(bad);
        assertEquals(refused.replace("\"method\"", "\"id\":\"1\",\"method\""), second.next());
    }

    @Test
    void bothVersionsSitInOneGroupAndEachHearsItsOwn() throws Exception {
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        WsClient old = WsClient.connect(gateway.url());
        old.send("{\"method\":\"login\",\"bid\":3,\"customer_id\":1,\"customer_name\":\"<甲>\"}");
        old.next();
        WsClient young = WsClient.offering(gateway.url(), "kefu.v2");
        young.send("{\"method\":\"login\",\"bid\":\"3\",\"customer_id\":2,\"customer_name\":\"<乙>\",\"id\":\"p-1\"}");
        JsonObject login = object(young.next());
        assertEquals("login 200 p-1 <乙>", words(login, "method", "code", "id", "customer_name"));
        assertTrue(login.containsKey("ticket") && login.containsKey("grace"));
        assertEquals("<甲>", login.getJsonArray("customer_list").getJsonObject(0).getString("customer_name"));
        JsonObject channels = login.getJsonObject("channels");
        String own = "c:" + login.getString("client");
        assertEquals(Set.of("g:3", "u:2", "all", own), channels.keySet());
        JsonObject heard = object(old.next());
        assertEquals("login_push 2 &lt;乙&gt;", words(heard, "method", "customer_id", "customer_name"));
        assertEquals(Set.of("method", "customer_id", "customer_name", "timestamp"), heard.keySet());

        old.close();
        JsonObject envelope = object(young.next());
        assertEquals(Set.of("ch", "off", "push"), envelope.keySet());
        assertEquals("g:3", envelope.getString("ch"));
        assertTrue(envelope.getInt("off") > channels.getJsonObject("g:3").getInt("off"));
        assertEquals(
                "logout_push 1 <甲>", words(envelope.getJsonObject("push"), "method", "customer_id", "customer_name"));
    }

    @Test
    void requestsWithAnIdAreWithTheBackendSideBySideAndEachAnswerHasItsId() throws Exception {
        int together = 8;
        CountDownLatch allHere = new CountDownLatch(together);
        StubService backend = new StubService((request, socket) -> {
            allHere.countDown();
            assertTrue(allHere.await(60, TimeUnit.SECONDS));
            echo(request, socket);
        });
        WsClient client = WsClient.offering(gateway(backend).url(), "kefu.v2");
        for (int n = 0; n < together; n++) {
            client.send("{\"method\":\"echo\",\"id\":\"" + n + "\"}");
        }
        Map<String, String> data = new HashMap<>();
        for (int n = 0; n < together; n++) {
            JsonObject answer = object(client.next());
            assertEquals("echo 200", words(answer, "method", "code"));
            data.put(answer.getString("id"), answer.getJsonObject("data").getString("id"));
        }
        assertEquals(together, data.size());
        data.forEach((id, echoed) -> assertEquals(id, echoed));
        backend.requests.forEach(request -> {
            String key = request.headers().getOrDefault("idempotency-key", "none");
            assertTrue(key.endsWith(":" + object(request.body()).getString("id")), key);
        });
    }

    private static JsonObject object(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    private static String words(JsonObject from, String... members) {
        return Stream.of(members)
                .map(from::get)
                .map(value -> value instanceof JsonString text ? text.getString() : String.valueOf(value))
                .collect(Collectors.joining(" "));
    }

    @Test
    void theEndOfTheApplicationClosesEverybodyWith1012() throws Exception {
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        List<WsClient> clients = WsClient.connect(gateway.url(), 20);
        for (WsClient client : clients) {
            client.send("{\"method\":\"login\",\"bid\":1,\"customer_id\":1,\"customer_name\":\"n\"}");
            assertTrue(client.next().contains("login"));
        }
        gateway.stop();
        for (WsClient client : clients) {
            assertEquals(1012, client.closeCode());
            assertTrue(client.take().stream().noneMatch(frame -> frame.contains("logout_push")));
        }
    }
}
