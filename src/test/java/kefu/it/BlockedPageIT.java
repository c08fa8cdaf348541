package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium, in a network that lets no WebSocket through: an nginx that refuses them, and buffers answers. */
@ArquillianTest
@SuppressWarnings("NullAway.Init")
class BlockedPageIT extends PageTestbed {
    private static final int NGINX = Ports.of(3);
    private static final BuiltWar DESK = new BuiltWar("blocked");

    /** Each request for this address says which way the page takes. */
    private static final String STREAMS = "/blocked/chat/stream";

    @TempDir
    static Path directory;

    private static ServerProcess nginx;

    BlockedPageIT() {
        super(NGINX, "blocked", Duration.ofSeconds(30)); // behind two handshakes and their back-offs
    }

    @Deployment(testable = false)
    static WebArchive desk() {
        return DESK.with("kefu.backend.url=\n");
    }

    @BeforeAll
    static void startNginx() throws Exception {
        nginx = ServerProcess.nginx(directory, NGINX, "", """
                location / {
                  if ($http_upgrade) { return 403; }
                  proxy_pass http://127.0.0.1:%d;
                  proxy_http_version 1.1;
                  proxy_set_header Host $host;
                }
                """.formatted(DESK.port()));
        URI page = URI.create("http://127.0.0.1:" + NGINX);
        Await.until(() -> {
            try {
                return RawHttp.exchange(
                                page, RawHttp.lines("GET /blocked/ HTTP/1.1", "Host: 127.0.0.1", "Connection: close"))
                        .startsWith("HTTP/1.1 200");
            } catch (java.io.IOException notThereYet) {
                return false;
            }
        });
    }

    @AfterAll
    static void stopNginx() {
        nginx.close();
    }

    @Test
    void twoAgentsTalkMissNothingAndLogOutByStreams() throws Exception {
        Page ann = agent("blocked", "1", "安", "zh-CN");
        Page bob = agent("blocked", "2", "Bob", "en-US");
        for (Page page : new Page[] {ann, bob}) {
            page.waitForFunction(
                    "path => performance.getEntriesByType('resource').some(({ name }) => name.endsWith(path))",
                    STREAMS);
        }
        say(ann, "你好");
        hears(bob, "你好");
        for (int i = 0; i < 20; i++) {
            say(bob, "line " + i);
        }
        hears(ann, "line 19");
        assertThat(ann.locator("[data-testid=message-content]")).hasCount(21);
        watchForLeaving(ann, "2");
        bob.reload();
        isOnline(bob);
        say(bob, "back");
        hears(ann, "back");
        assertEquals(false, ann.evaluate("() => window.sawLeaving"));
        bob.click("#logout");
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(0);
        bob.context().close();
        ann.context().close();
    }
}
