package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built WAR behind nginx, as the README sets it up, behind HAProxy, as docs/security.md does, and behind both. */
@ArquillianTest
class ProxyIT {
    private static final int NGINX = 4;
    private static final int HAPROXY = 5;
    private static final int HAPROXY_THEN_NGINX = 6;

    private static final BuiltWar CHAT = new BuiltWar("chat");
    private static final List<ServerProcess> PROXIES = new ArrayList<>();

    @TempDir
    static Path directory;

    /** The test is a proxy too: it says where its clients come from, since a loopback address has no bounds. */
    @Deployment(testable = false)
    static WebArchive chat() {
        return CHAT.with("kefu.backend.url=\nkefu.proxies=127.0.0.1\nkefu.address.connections=2\n");
    }

    @BeforeAll
    static void startProxies() throws Exception {
        String block = DocumentBlock.of("README.md", "nginx").replace("127.0.0.1:8080", "127.0.0.1:" + CHAT.port());
        int locations = block.indexOf("location");
        PROXIES.add(ServerProcess.nginx(
                directory, Ports.of(NGINX), block.substring(0, locations), block.substring(locations)));
        String lines = DocumentBlock.of("docs/security.md", "haproxy");
        Path haproxy = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                listen one
                  bind 127.0.0.1:%d
                  %s
                  server kefu 127.0.0.1:%d
                listen two
                  bind 127.0.0.1:%d
                  %s
                  server nginx 127.0.0.1:%d
                """.formatted(
                        Ports.of(HAPROXY), lines, CHAT.port(), Ports.of(HAPROXY_THEN_NGINX), lines, Ports.of(NGINX)));
        PROXIES.add(ServerProcess.installed("haproxy", "-db", "-f", haproxy.toString()));
        for (int proxy : List.of(NGINX, HAPROXY, HAPROXY_THEN_NGINX)) {
            Await.until(() -> get(proxy, "/chat/").startsWith("HTTP/1.1 200"));
        }
    }

    @AfterAll
    static void stopProxies() {
        PROXIES.forEach(ServerProcess::close);
    }

    private static URI at(int proxy) {
        return URI.create("http://127.0.0.1:" + Ports.of(proxy));
    }

    private static String get(int proxy, String path) {
        try {
            return RawHttp.exchange(
                    at(proxy), RawHttp.lines("GET " + path + " HTTP/1.1", "Host: desk.example", "Connection: close"));
        } catch (IOException notThereYet) {
            return notThereYet.toString();
        }
    }

    /** Connects, and leaves the connection open. @return the status of the answer */
    private static int handshake(List<AutoCloseable> open, int proxy, String host, String... headers) throws Exception {
        return handshake(open, new RawHttp(at(proxy)), host, headers);
    }

    private static int handshake(List<AutoCloseable> open, RawHttp http, String host, String... headers)
            throws Exception {
        open.add(http);
        String answer = http.write(RawHttp.lines(
                        "GET /chat/chat HTTP/1.1",
                        "Host: " + host,
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                        String.join("\r\n", headers)))
                .answer();
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    private static void close(List<AutoCloseable> open) throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @BeforeEach
    void nobodyIsConnected() {
        Await.until(() -> CHAT.connections() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {NGINX, HAPROXY, HAPROXY_THEN_NGINX})
    void eachAddressHasBoundsOfItsOwnWhateverAClientWrites(int proxy) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int connected = i + 1;
                statuses.add(handshake(
                        open,
                        proxy,
                        "desk.example",
                        "Origin: http://desk.example",
                        "X-Forwarded-For: 192.0.2." + i + ", 203.0.113.1",
                        "Forwarded: for=192.0.2." + i));
                Await.until(() -> CHAT.connections() == Math.min(2, connected)); // the handshake comes before
            }
            assertEquals(List.of(101, 101, 429), statuses);
            assertEquals(
                    101, handshake(open, proxy, "desk.example", "X-Forwarded-For: 203.0.113.1, [2001:db8::1]:4711"));
        } finally {
            close(open);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NGINX, HAPROXY, HAPROXY_THEN_NGINX})
    void whoWritesTheHeaderThemselvesTakesNobodysPlace(int proxy) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (int i = 0;
                    i < 3;
                    i++) { // 127.0.0.2 is no proxy: these are its own connections, of which it may have any number
                RawHttp other = new RawHttp(at(proxy), "127.0.0.2");
                assertEquals(101, handshake(open, other, "desk.example", "X-Forwarded-For: 203.0.113.8"));
            }
            assertEquals(101, handshake(open, proxy, "desk.example", "X-Forwarded-For: 203.0.113.8"));
        } finally {
            close(open);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NGINX, HAPROXY, HAPROXY_THEN_NGINX})
    void aPageIsOfTheHostAndSchemeThatTheBrowserConnectedTo(int proxy) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (String host : List.of("desk.example", "desk.1st")) {
                assertEquals(101, handshake(open, proxy, host, "Origin: http://" + host), host);
                assertEquals(403, handshake(open, proxy, host, "Origin: https://" + host), host);
                assertEquals(403, handshake(open, proxy, host, "Origin: http://evil.example"), host);
            }
            String named = "X-Forwarded-Host: kefu_desk"; // Tomcat takes no such Host
            assertEquals(101, handshake(open, proxy, "localhost", named, "Origin: http://kefu_desk"));
            assertEquals(403, handshake(open, proxy, "localhost", named, "Origin: http://localhost"));
        } finally {
            close(open);
        }
    }

    @Test
    void nginxKeepsHealthAndMetricsInsideAndThePageCanLogIn() {
        for (String path : List.of(
                "/chat/health/ready",
                "/chat/health/live",
                "/chat/metrics",
                "/chat/;x/metrics",
                "/chat/metrics;x",
                "/chat/m%65trics",
                "/chat/x/../health/live")) {
            String answer = get(NGINX, path);
            assertTrue(answer.startsWith("HTTP/1.1 404") && !answer.contains("UP"), path + " " + answer);
        }
        assertTrue(get(NGINX, "/chat/auth").endsWith("{\"mode\":\"open\"}"));
        assertTrue(get(NGINX, "/chat/console/main.js").startsWith("HTTP/1.1 200"));
    }
}
