package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The built WAR as it is: which pages may connect, and what a browser may do with what it serves. */
@ArquillianTest
class OriginIT {
    private static final BuiltWar CHAT = new BuiltWar("chat");

    @Deployment(testable = false)
    static WebArchive chat() {
        return ShrinkWrap.create(ZipImporter.class, "chat.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class);
    }

    private static String handshake(String... headers) throws IOException {
        try (RawClient client = new RawClient(CHAT.socket(), headers)) {
            client.send("{}");
            return client.handshake();
        }
    }

    @Test
    void aPageOfItsOwnHostMayConnectAndWhoIsNoBrowser() throws Exception {
        handshake("Origin: http://127.0.0.1:" + CHAT.port());
        handshake("Origin: https://127.0.0.1");
        handshake();
    }

    @Test
    void anotherPageIsRefusedWith403() {
        for (String origin :
                List.of("http://evil.example", "https://127.0.0.1.evil.example", "null", "http://localhost")) {
            IOException refused = assertThrows(IOException.class, () -> handshake("Origin: " + origin));
            assertTrue(refused.toString().contains("HTTP/1.1 403"), refused.toString());
        }
        assertThrows(
                IOException.class,
                () -> handshake("Origin: http://evil.example", "X-Forwarded-Host: evil.example"),
                "nobody is named as a proxy");
        Await.until(() -> !ContainerLog.linesWith(
                        "Rejection reason=\"origin\" origin=\"http://evil.example\" host=\"127.0.0.1:" + CHAT.port()
                                + "\" address=\"127.0.0.1\" more=0")
                .isEmpty());
        assertTrue(CHAT.get("/metrics").body().contains("kefu_handshakes_refused_total{reason=\"origin\"}"));
    }

    @Test
    void soIsAnotherPageThatStreamsOrPosts() throws Exception {
        String own = "http://127.0.0.1:" + CHAT.port();
        for (String method : List.of("GET", "HEAD", "POST", "OPTIONS")) {
            HttpResponse<String> refused = stream(method, "http://evil.example");
            assertEquals(403, refused.statusCode(), method);
            assertEquals(List.of(), refused.headers().allValues("Access-Control-Allow-Origin"));
        }
        HttpResponse<String> posted = stream("POST", own);
        assertEquals(404, posted.statusCode(), "it may post, but to no such connection");
        assertEquals(List.of(own), posted.headers().allValues("Access-Control-Allow-Origin"));
    }

    private static HttpResponse<String> stream(String method, String origin) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(StreamClient.of(CHAT.socket()))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .header("Origin", origin)
                                .header("X-Kefu-Connection", "0".repeat(32))
                                .header("X-Kefu-Sequence", "1")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aBrowserRunsItsOwnScriptsOnlyAndNoPageMayCallTheApi() {
        for (String path : List.of(
                "/", "/console/main.js", "/sdk/kefu.js", "/health/live", "/auth", "/api/groups", "/no-such-file")) {
            HttpHeaders headers = CHAT.get(path).headers();
            String policy = headers.firstValue("Content-Security-Policy").orElse("none");
            assertTrue(policy.contains("default-src 'none'; script-src 'self';"), path + " " + policy);
            assertTrue(policy.contains("frame-ancestors 'self'"), path + " " + policy);
            assertFalse(policy.contains("unsafe"), path + " " + policy);
            assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElse("none"), path);
            assertEquals("no-referrer", headers.firstValue("Referrer-Policy").orElse("none"), path);
            assertTrue(headers.firstValue("Cache-Control").orElse("none").matches("no-cache|no-store"), path);
            assertEquals(List.of(), headers.allValues("Set-Cookie"), path);
            assertEquals(List.of(), headers.allValues("Access-Control-Allow-Origin"), path);
        }
    }

    @Test
    void whatIsRefusedOrMissingNamesNoContainer() throws Exception {
        HttpResponse<String> refused = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + CHAT.port() + "/chat/chat"))
                                .header("Origin", "http://evil.example")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(403, refused.statusCode());
        HttpResponse<String> missing = CHAT.get("/no-such-file");
        assertEquals(404, missing.statusCode());
        for (HttpResponse<String> answer : List.of(refused, missing)) {
            assertTrue(answer.body().contains("这里没有可以打开的内容"), answer.body());
            assertEquals(
                    "text/html",
                    answer.headers().firstValue("Content-Type").orElse("").split(";")[0]);
        }
    }

    @Test
    void theLogSaysThatWhoeverReachesItMayLogInAsAnybody() {
        assertTrue(CHAT.get("/health/live").body().contains("\"auth\":\"open\""));
        assertEquals("{\"mode\":\"open\"}", CHAT.get("/auth").body());
        Await.until(() -> ContainerLog.text()
                .contains("Setting setting=\"kefu.auth.mode\" problem=\"whoever reaches the gateway may log in"));
    }
}
