package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import kefu.backend.StubService;
import kefu.it.WsClient;
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
    void theEndOfTheApplicationClosesEverybodyWith1012() throws Exception {
        LocalGateway gateway = gateway(new StubService(EndpointTest::echo));
        List<WsClient> clients = WsClient.connect(gateway.url(), 20);
        for (WsClient client : clients) {
            client.send("{\"method\":\"login\",\"bid\":1,\"customer_id\":1,\"customer_name\":\"n\"}");
        }
        gateway.stop();
        for (WsClient client : clients) {
            assertEquals(1012, client.closeCode());
            assertTrue(client.take().stream().noneMatch(frame -> frame.contains("logout_push")));
        }
    }
}
