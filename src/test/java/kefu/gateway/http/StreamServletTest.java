package kefu.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kefu.broker.redis.RedisServer;
import kefu.desk.Desk;
import kefu.gateway.TestGateway;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The servlet as a container calls it, played by the test. */
class StreamServletTest {
    private final Map<String, String> settings = new HashMap<>(Map.of("kefu.message.max-bytes", "1KiB"));
    private @Nullable TestGateway gateway;
    private @Nullable StreamServlet servlet;

    @AfterEach
    void close() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private StreamServlet servlet() {
        if (servlet == null) {
            gateway = new TestGateway(settings, own -> new Desk(own.broker, Clock.systemUTC()));
            servlet = new StreamServlet();
            servlet.connections = gateway.connections;
            servlet.dispatcher = gateway.dispatcher;
            servlet.settings = gateway.settings;
            servlet.lifecycle = gateway.lifecycle;
            servlet.threads = gateway.threads;
            servlet.init();
            servlet.streams = new Streams(gateway.connections, gateway.dispatcher, gateway.settings, Runnable::run);
        }
        return servlet;
    }

    /** One request, and its answer as far as it has come. */
    private final class Exchange {
        final Map<String, String> headers = new HashMap<>();
        final Map<String, String> answered = new HashMap<>();
        final Body body = new Body();
        final Out out = new Out();
        int status = 200;
        boolean completed;
        long timeout = -1;

        Exchange(String method, String... headersAndValues) throws IOException {
            for (int i = 0; i < headersAndValues.length; i += 2) {
                headers.put(headersAndValues[i], headersAndValues[i + 1]);
            }
            HttpServletResponse response = fake(HttpServletResponse.class, (proxy, called, arguments) -> {
                switch (called.getName()) {
                    case "setStatus" -> status = (int) arguments[0];
                    case "setHeader", "addHeader" -> answered.put((String) arguments[0], (String) arguments[1]);
                    case "setContentType" -> answered.put("Content-Type", (String) arguments[0]);
                    case "getOutputStream" -> {
                        return out;
                    }
                    default -> {}
                }
                return null;
            });
            AsyncContext async = fake(AsyncContext.class, (proxy, called, arguments) -> {
                switch (called.getName()) {
                    case "complete" -> completed = true;
                    case "setTimeout" -> timeout = (long) arguments[0];
                    case "getResponse" -> {
                        return response;
                    }
                    default -> {}
                }
                return null;
            });
            HttpServletRequest request =
                    fake(HttpServletRequest.class, (proxy, called, arguments) -> switch (called.getName()) {
                        case "getMethod" -> method;
                        case "getHeader" -> headers.get((String) arguments[0]);
                        case "getParameter" -> headers.get("?" + arguments[0]);
                        case "getInputStream" -> body;
                        case "startAsync" -> async;
                        default -> null;
                    });
            servlet().service(request, response);
            if (out.listener != null) {
                out.listener.onWritePossible();
            }
        }

        List<Event> events() {
            return Event.parse(out.written.toString(StandardCharsets.UTF_8));
        }

        String id() {
            return Json.parse(events().get(0).data())
                    .orElseThrow()
                    .asJsonObject()
                    .getString("connection");
        }
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(StreamServletTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static final class Out extends ServletOutputStream {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Nullable WriteListener listener;

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener to) {
            listener = to;
        }

        @Override
        public void write(int one) {
            written.write(one);
        }
    }

    /** A body that comes in parts. */
    private static final class Body extends ServletInputStream {
        private byte[] there = {};
        private int at;
        private boolean all;
        private boolean isFinishedEarly;
        private int more; // bytes that the container has, and that are none of the body's
        private @Nullable ReadListener listener;

        void comes(String part) throws IOException {
            there = part.getBytes(StandardCharsets.UTF_8);
            at = 0;
            Objects.requireNonNull(listener).onDataAvailable();
        }

        /** As Payara tells it: all has come, and is there to be read. */
        void comesWhole(String all) throws IOException {
            this.all = true;
            isFinishedEarly = true;
            comes(all);
        }

        void ends() throws IOException {
            all = true;
            Objects.requireNonNull(listener).onAllDataRead();
        }

        void breaks() {
            Objects.requireNonNull(listener).onError(new IOException("reset"));
        }

        @Override
        public boolean isFinished() {
            return all && (isFinishedEarly || at == there.length);
        }

        @Override
        public int available() {
            return there.length - at + more;
        }

        @Override
        public boolean isReady() {
            return at < there.length;
        }

        @Override
        public void setReadListener(ReadListener to) {
            listener = to;
        }

        @Override
        public int read(byte[] to, int from, int length) {
            int read = Math.min(length, there.length - at);
            System.arraycopy(there, at, to, from, read);
            at += read;
            return read;
        }

        @Override
        public int read() {
            throw new AssertionError("one by one");
        }
    }

    private Exchange post(String id, long sequence) throws IOException {
        return new Exchange("POST", "X-Kefu-Connection", id, "X-Kefu-Sequence", Long.toString(sequence));
    }

    @Test
    void aStreamIsNeitherKeptNorHeldBackOnItsWayAndLasts() throws Exception {
        Exchange stream = new Exchange("GET", "?protocol", "kefu.v2");
        assertEquals("text/event-stream", stream.answered.get("Content-Type"));
        assertEquals("no-store, no-transform", stream.answered.get("Cache-Control"));
        assertEquals("no", stream.answered.get("X-Accel-Buffering"));
        assertEquals(Duration.ofDays(365).toMillis(), stream.timeout, "with none Tomcat ends it during a drain");
        assertTrue(stream.events().get(0).data().contains("kefu.v2"));
        assertNull(stream.answered.get("Access-Control-Allow-Origin"));
    }

    @Test
    void aBodyIsReadAsItComesAndServedWhenItIsWhole() throws Exception {
        Exchange stream = new Exchange("GET");
        Exchange post = post(stream.id(), 1);
        post.body.comes("data: {\"method\":");
        post.body.comes("\"no//path\"}\n\n");
        assertEquals(1, stream.events().size());
        assertFalse(post.completed);
        post.body.ends();
        assertEquals(204, post.status);
        assertTrue(post.completed);
        assertTrue(stream.events().get(1).data().contains("10003"));
        assertTrue(post.timeout > 0, "a client that goes on for ever is not waited for");
    }

    @Test
    void aBodyThatHasComeIsReadToItsEndThoughTheContainerCallsItFinished() throws Exception {
        Exchange stream = new Exchange("GET");
        Exchange post = post(stream.id(), 1);
        post.body.comesWhole("data: {\"method\":\"no//path\",\"x\":\"%s\"}\n\n"
                .formatted("x".repeat(500))
                .repeat(20));
        assertEquals(204, post.status);
        assertTrue(post.completed);
        kefu.Await.until(() -> stream.events().size() == 21);
    }

    @Test
    void aBodyIsOverWhereTheContainerHasNoMoreOfItWhateverElseHasCome() throws Exception {
        Exchange post = post(new Exchange("GET").id(), 1);
        post.body.more = 2;
        post.body.comesWhole("data: {\"method\":\"no//path\"}\n\n");
        assertEquals(204, post.status);
        assertTrue(post.completed);
    }

    @Test
    void aBodyOverAllThatAMessageMayTakeIsReadNoFurtherAndClosesWith1009() throws Exception {
        Exchange stream = new Exchange("GET");
        Exchange post = post(stream.id(), 1);
        for (int i = 0; i <= 66 && !post.completed; i++) {
            assertEquals(1, stream.events().size());
            post.body.comes("x".repeat(1024));
        }
        assertEquals(413, post.status);
        assertTrue(post.completed);
        kefu.Await.until(() -> stream.completed);
        assertEquals(new Event("close", "1009 message too big"), stream.events().get(1));
    }

    @Test
    void ofTheBodiesOfOneClientTwoAreReadAtOnceAndOneThatBreaksCountsNoMore() throws Exception {
        Exchange stream = new Exchange("GET");
        Exchange dead = post(stream.id(), 1);
        Exchange again = post(stream.id(), 1);
        assertEquals(429, post(stream.id(), 1).status);
        dead.body.breaks();
        assertTrue(dead.completed);
        again.body.comes("data: {\"method\":\"no//path\"}");
        again.body.ends();
        assertEquals(204, again.status);
        for (int i = 0; i < 3; i++) {
            Exchange more = post(stream.id(), 1);
            more.body.ends();
            assertEquals(204, more.status);
        }
        assertEquals(2, stream.events().size());
    }

    @Test
    void aPostToNoConnectionIs404AndWhereNobodyIsServedAProxyMayAskAnother() throws Exception {
        Exchange stream = new Exchange("GET");
        assertEquals(404, post("0".repeat(32), 1).status);
        Objects.requireNonNull(gateway).lifecycle.drain();
        Exchange other = post("0".repeat(32), 1);
        assertEquals(503, other.status);
        assertEquals("1", other.answered.get("Retry-After"));
        Exchange own = post(stream.id(), 1);
        own.body.ends();
        assertEquals(204, own.status, "a drain serves those who are there");
    }

    @Test
    void whereThereAreSeveralNodesAProxyMayAskAnotherForTheConnection() throws Exception {
        settings.putAll(RedisServer.shared().settings());
        Exchange stream = new Exchange("GET");
        assertEquals(stream.id(), stream.answered.get("X-Kefu-Connection"), "by which it may know it");
        Exchange other = post("0".repeat(32), 1);
        assertEquals(503, other.status);
        assertEquals("1", other.answered.get("Retry-After"));
        Exchange own = post(stream.id(), 1);
        own.body.ends();
        assertEquals(204, own.status);
    }

    @Test
    void aPostSaysWhoseItIsAndWhere() throws Exception {
        String id = new Exchange("GET").id();
        assertEquals(400, new Exchange("POST", "X-Kefu-Sequence", "1").status);
        assertEquals(400, new Exchange("POST", "X-Kefu-Connection", id).status);
        for (String bad : List.of("0", "-1", "x", "", "1234567890123456789")) {
            assertEquals(400, new Exchange("POST", "X-Kefu-Connection", id, "X-Kefu-Sequence", bad).status, bad);
        }
        Exchange other = new Exchange("PUT");
        assertEquals(405, other.status);
        assertEquals("GET, HEAD, POST, OPTIONS", other.answered.get("Allow"));
    }

    @Test
    void aPageOfAnotherHostMayReadTheAnswersAndPost() throws Exception {
        Exchange asks = new Exchange("OPTIONS", "Origin", "https://desk.example");
        assertEquals(204, asks.status);
        assertEquals("https://desk.example", asks.answered.get("Access-Control-Allow-Origin"));
        assertEquals("X-Kefu-Connection, X-Kefu-Sequence", asks.answered.get("Access-Control-Allow-Headers"));
        assertEquals(
                "https://desk.example",
                new Exchange("GET", "Origin", "https://desk.example").answered.get("Access-Control-Allow-Origin"));
    }

    @Test
    void whoeverOnlyAsksWhetherTheGatewayIsThereOpensNothing() throws Exception {
        Exchange asks = new Exchange("HEAD", "Origin", "https://desk.example");
        assertEquals(204, asks.status);
        assertEquals("https://desk.example", asks.answered.get("Access-Control-Allow-Origin"));
        assertNull(asks.answered.get("X-Kefu-Connection"));
    }

    @Test
    void whereItIsSwitchedOffThereIsNothing() throws Exception {
        settings.put("kefu.fallback", "false");
        for (String method : List.of("GET", "HEAD", "POST", "OPTIONS")) {
            assertEquals(404, new Exchange(method).status);
        }
    }
}
