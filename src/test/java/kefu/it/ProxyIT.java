package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final int NGINX = 21014;
    private static final int HAPROXY = 21015;
    private static final int HAPROXY_THEN_NGINX = 21016;

    private static final BuiltWar CHAT = new BuiltWar("chat");
    private static final List<Process> PROXIES = new ArrayList<>();

    @TempDir
    static Path directory;

    /** The test is a proxy too: it says where its clients come from, since a loopback address has no bounds. */
    @Deployment(testable = false)
    static WebArchive chat() {
        return CHAT.with("kefu.backend.url=\nkefu.proxies=127.0.0.1\nkefu.address.connections=2\n");
    }

    @BeforeAll
    static void startProxies() throws Exception {
        String block = block("README.md", "nginx").replace("127.0.0.1:8080", "127.0.0.1:" + CHAT.port());
        int locations = block.indexOf("location");
        Path nginx = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  %s
                  server {
                    listen 127.0.0.1:%d;
                    %s
                  }
                }
                """.formatted(
                        block.substring(0, locations), NGINX, block.substring(locations)));
        start("nginx", "-p", directory.toString(), "-e", "stderr", "-c", nginx.toString());
        String lines = block("docs/security.md", "haproxy");
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
                        HAPROXY, lines, CHAT.port(), HAPROXY_THEN_NGINX, lines, NGINX));
        start("haproxy", "-db", "-f", haproxy.toString());
        for (int port : List.of(NGINX, HAPROXY, HAPROXY_THEN_NGINX)) {
            Await.until(() -> get(port, "/chat/").startsWith("HTTP/1.1 200"));
        }
    }

    @AfterAll
    static void stopProxies() {
        PROXIES.forEach(Process::destroy);
    }

    private static String block(String document, String language) throws IOException {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(document)));
        assertTrue(block.find(), document + " has no block of " + language);
        return block.group(1);
    }

    /** Debian puts servers where the path of a user does not lead. */
    private static void start(String program, String... arguments) throws IOException {
        String found = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(program + " is not installed: apt-get install " + program))
                .toString();
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(found), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        Ownership.endWithThisJvm(List.of(process.pid()));
        PROXIES.add(process);
    }

    private static URI at(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static String get(int port, String path) {
        try {
            return RawHttp.exchange(
                    at(port), RawHttp.lines("GET " + path + " HTTP/1.1", "Host: desk.example", "Connection: close"));
        } catch (IOException notThereYet) {
            return notThereYet.toString();
        }
    }

    /** Connects, and leaves the connection open. @return the status of the answer */
    private static int handshake(List<AutoCloseable> open, int port, String host, String... headers) throws Exception {
        return handshake(open, new RawHttp(at(port)), host, headers);
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
    void eachAddressHasBoundsOfItsOwnWhateverAClientWrites(int port) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int connected = i + 1;
                statuses.add(handshake(
                        open,
                        port,
                        "desk.example",
                        "Origin: http://desk.example",
                        "X-Forwarded-For: 192.0.2." + i + ", 203.0.113.1",
                        "Forwarded: for=192.0.2." + i));
                Await.until(() -> CHAT.connections() == Math.min(2, connected)); // the handshake comes before
            }
            assertEquals(List.of(101, 101, 429), statuses);
            assertEquals(
                    101, handshake(open, port, "desk.example", "X-Forwarded-For: 203.0.113.1, [2001:db8::1]:4711"));
        } finally {
            close(open);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NGINX, HAPROXY, HAPROXY_THEN_NGINX})
    void whoWritesTheHeaderThemselvesTakesNobodysPlace(int port) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (int i = 0;
                    i < 3;
                    i++) { // 127.0.0.2 is no proxy: these are its own connections, of which it may have any number
                RawHttp other = new RawHttp(at(port), "127.0.0.2");
                assertEquals(101, handshake(open, other, "desk.example", "X-Forwarded-For: 203.0.113.8"));
            }
            assertEquals(101, handshake(open, port, "desk.example", "X-Forwarded-For: 203.0.113.8"));
        } finally {
            close(open);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NGINX, HAPROXY, HAPROXY_THEN_NGINX})
    void aPageIsOfTheHostAndSchemeThatTheBrowserConnectedTo(int port) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (String host : List.of("desk.example", "desk.1st")) {
                assertEquals(101, handshake(open, port, host, "Origin: http://" + host), host);
                assertEquals(403, handshake(open, port, host, "Origin: https://" + host), host);
                assertEquals(403, handshake(open, port, host, "Origin: http://evil.example"), host);
            }
            String named = "X-Forwarded-Host: kefu_desk"; // Tomcat takes no such Host
            assertEquals(101, handshake(open, port, "localhost", named, "Origin: http://kefu_desk"));
            assertEquals(403, handshake(open, port, "localhost", named, "Origin: http://localhost"));
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
