package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kefu.Await;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a team with a backend: the example of docs/client.md, one of another host, and the page that is there, with the built-in methods and without. */
@ArquillianTest
class ClientPageIT extends PageTestbed {
    private static final int BACKEND_PORT = Ports.BACKEND;
    private static final String BOTH = "http://127.0.0.1:" + Ports.HTTP + "/both/";
    private static final String OTHER_HOST = "http://localhost:" + BACKEND_PORT;

    @TempDir
    Path folder;

    ClientPageIT() {
        super("client");
    }

    @Deployment(name = "client", testable = false)
    static WebArchive client() {
        return new BuiltWar("client").with("""
                        kefu.backend.url=http://127.0.0.1:%s/service/
                        kefu.origins=%s,http://127.0.0.1:%s
                        """.formatted(BACKEND_PORT, OTHER_HOST, Ports.HTTP));
    }

    /** With the built-in methods beside the backend. */
    @Deployment(name = "both", testable = false)
    static WebArchive both() {
        return new BuiltWar("both").with("""
                        kefu.backend.url=http://127.0.0.1:%s/service/customer/
                        kefu.desk=on
                        """.formatted(BACKEND_PORT));
    }

    private void push(String message) throws Exception {
        push(url(), message);
    }

    private static void push(String gateway, String message) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + "api/push"))
                .header("Authorization", "Bearer " + System.getProperty("kefu.it.api.key"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"to\":{\"group\":1},\"message\":" + message + "}"))
                .build();
        assertEquals(
                200,
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    @Test
    void theExampleOfTheDocumentRunsAgainstItsBackend() throws Exception {
        Path backend = Files.writeString(folder.resolve("orders.py"), Example.PYTHON.in("docs/client.md"));
        Page page = chromium.page("en-US");
        page.navigate(url() + "example.html");
        assertThat(page.locator("#state")).hasText("online");
        assertThat(page.locator("#agents li")).hasText("Ann (17)");
        assertThat(page.locator("#orders li")).hasText("not loaded: 0");
        assertAccessible(page, "example");
        Process orders = new ProcessBuilder("python3", backend.toString(), Integer.toString(BACKEND_PORT))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try {
            Await.until(() -> backendIsUp());
            pushAsTheDocumentSays();
            assertThat(page.locator("#orders li")).hasText("5: tea");
            page.reload();
            assertThat(page.locator("#orders li")).hasText("5: tea");
        } finally {
            orders.destroy();
            orders.waitFor();
        }
        page.context().close();
    }

    private void pushAsTheDocumentSays() throws Exception {
        String command = DocumentBlock.of("docs/client.md", "sh").replace("http://127.0.0.1:8080/chat/", url());
        ProcessBuilder curl = new ProcessBuilder("sh", "-c", command);
        curl.environment().put("KEFU_API_KEY", System.getProperty("kefu.it.api.key"));
        Process push = curl.redirectErrorStream(true)
                .redirectOutput(folder.resolve("pushed").toFile())
                .start();
        push.waitFor();
        String answer = Files.readString(folder.resolve("pushed"));
        assertTrue(answer.contains("\"delivered\":1"), answer);
    }

    private static boolean backendIsUp() {
        try (Socket socket = new Socket("127.0.0.1", BACKEND_PORT)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void aPageOfAnotherHostThatIsListedImportsTheLibraryAndConnects() throws Exception {
        HttpServer host = HttpServer.create(new InetSocketAddress("127.0.0.1", BACKEND_PORT), 8);
        host.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        host.start();
        try {
            Page page = chromium.page("en-US");
            page.navigate(OTHER_HOST);
            assertEquals("online", page.evaluate("""
                    async gateway => {
                      const { connect } = await import(gateway + 'sdk/kefu.js');
                      const kefu = connect({ url: gateway + 'chat', bid: 2, id: 18, name: 'Bob' });
                      await kefu.ready;
                      return kefu.state.name;
                    }
                    """, url()));
            page.context().close();
        } finally {
            host.stop(0);
        }
    }

    @Test
    void thePageShowsWhatTheBackendPushesAndNoRoomWhereNobodyCanTalk() throws Exception {
        Page page = agent("1", "19", "Cat", "en-US");
        assertThat(page.locator("#talk-title")).hasText("Events");
        assertThat(page.locator("#log-empty")).containsText("appears here");
        assertThat(page.locator("#composer")).isHidden();
        assertThat(page.locator("[data-conversation=room]")).hasCount(0);
        push("{\"method\":\"new_order\",\"id\":5,\"from\":{\"name\":\"<b>张三</b>\"},\"note\":\"two cups\"}");
        assertThat(page.locator("[data-testid=push]")).hasCount(1);
        assertThat(page.locator("[data-testid=push] h3")).hasText("new_order");
        assertThat(page.locator("[data-testid=push] dd").nth(1)).hasText("{\"name\":\"<b>张三</b>\"}");
        push("{\"method\":\"card_push\",\"title\":\"Shift\",\"fields\":{\"until\":\"<i>18:00</i>\"}}");
        assertThat(page.locator("[data-testid=card]")).isVisible();
        assertThat(page.locator("#card-title")).hasText("Shift");
        assertThat(page.locator("#card-fields dd")).hasText("<i>18:00</i>");
        turnNotificationsOn(page);
        page.evaluate("() => { document.hasFocus = () => false; dispatchEvent(new Event('blur')); }");
        push("{\"method\":\"new_order\",\"id\":6}");
        assertThat(page).hasTitle("(1) Agent desk");
        page.waitForFunction("() => window.told.length > 0");
        assertEquals(List.of("Events: new_order"), page.evaluate("() => window.told"));
        page.evaluate("() => { document.hasFocus = () => true; dispatchEvent(new Event('focus')); }");
        assertThat(page).hasTitle("Agent desk");
        assertEquals(List.of(), page.evaluate("() => window.told"), "what is read is told no longer");
        page.reload();
        assertThat(page.locator("#card-title")).hasText("Shift");
        assertThat(page.locator("[data-testid=push]")).hasCount(2);
        page.context().close();
    }

    @Test
    void whereTheBuiltInMethodsAreBesideABackendAgentsTalkAndSeeWhatItPushes() throws Exception {
        JsonObject rules = Json.parse("{\"*\":{\"status\":200,\"echo\":true}}")
                .orElseThrow()
                .asJsonObject();
        try (StubBackend backend = new StubBackend(BACKEND_PORT, rules)) {
            Page ann = logIn(chromium.page("en-US"), BOTH, "1", "17", "Ann");
            Page bob = logIn(chromium.page("zh-CN"), BOTH, "1", "18", "Bob");
            assertThat(ann.locator("#talk-title")).hasText("Room");
            assertThat(ann.locator("[data-conversation=events]")).hasCount(0);
            say(bob, "shall I look it up?");
            hears(ann, "shall I look it up?");
            assertEquals(List.of(), backend.received(), "what is said is the gateway's own");
            assertEquals("lookup 5", ann.evaluate("""
                    async () => {
                      const { connect } = await import('./sdk/kefu.js');
                      const kefu = connect({ url: 'chat', bid: 1, id: 19, name: 'Carl' });
                      const { method, got } = await kefu.call('lookup', { order: 5 });
                      kefu.close();
                      return `${method} ${got.order}`;
                    }
                    """));
            push(BOTH, "{\"method\":\"new_order\",\"id\":5}");
            assertThat(ann.locator("[data-conversation=events] [data-testid=unread]"))
                    .hasText("1");
            ann.click("[data-conversation=events]");
            assertThat(ann.locator("[data-testid=push] h3")).hasText("new_order");
            ann.click("[data-conversation=room]");
            say(ann, "I have it");
            hears(bob, "I have it");
            assertThat(bob.locator("[data-testid=message]")).hasCount(2);
            assertEquals(1, backend.received().size());
            ann.context().close();
            bob.context().close();
        }
    }

    /** The browser asks the agent when the agent has asked for it, and not before. */
    private static void turnNotificationsOn(Page page) {
        page.evaluate("""
                () => {
                  window.told = [];
                  window.Notification = class {
                    static permission = 'default';
                    static async requestPermission() { return this.permission = 'granted'; }
                    constructor(title, { body }) { window.told.push(this.words = `${title}: ${body}`); }
                    close() { window.told = window.told.filter(words => words !== this.words); }
                  };
                }
                """);
        page.click("[popovertarget=settings]");
        assertThat(page.locator("#notifications")).hasAttribute("aria-checked", "false");
        page.click("#notifications");
        assertThat(page.locator("#notifications")).hasAttribute("aria-checked", "true");
        assertEquals("granted", page.evaluate("() => Notification.permission"));
        page.keyboard().press("Escape");
    }
}
