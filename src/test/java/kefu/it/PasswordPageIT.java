package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.io.IOException;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium, where the backend knows agents by their password. */
@ArquillianTest
class PasswordPageIT extends PageTestbed {
    private static final int BACKEND_PORT = Ports.BACKEND;
    private static final String GOOD = "{\"bid\":\"pw\",\"customer_id\":17,\"customer_name\":\"Ann Smith\"}";

    PasswordPageIT() {
        super("passwords");
    }

    @Deployment(name = "passwords", testable = false)
    static WebArchive passwords() {
        return new BuiltWar("passwords").with("""
                        kefu.auth.mode=backend
                        kefu.backend.url=http://127.0.0.1:%d/service/customer/
                        """.formatted(BACKEND_PORT));
    }

    @Test
    void theBackendIsShownThePasswordAndNobodyElse() throws Exception {
        Page page = chromium.page("en-US");
        page.navigate(url());
        assertThat(page.locator("#login-token")).isHidden();
        assertThat(page.locator("#login-warning")).isHidden();
        assertThat(page.locator("#login-id")).hasAttribute("autocomplete", "username");
        try (StubBackend backend = backend(403, "")) {
            logIn(page, "wrong");
            assertThat(page.locator("#login-error")).containsText("the ID or the password is wrong");
            assertThat(page.locator("#login-password")).isFocused();
            assertThat(page.locator("#login-password")).hasValue("");
            assertEquals(1, backend.received().size(), "no loop");
        }
        try (StubBackend backend = backend(200, GOOD)) {
            logIn(page, " sesame ");
            isOnline(page);
            assertThat(page.locator("#me")).hasText("Ann Smith (17)");
            String body = backend.received().get(0).body();
            assertTrue(body.contains("\"password\":\" sesame \""), body);
            assertTrue(body.contains("\"customer_id\":\"ann\""), body);
        }
        assertFalse(kept(page).contains("sesame"), kept(page));
        page.reload();
        isOnline(page); // nobody is asked for a password, and there is no backend to show it to
        assertThat(page.locator("#me")).hasText("Ann Smith (17)");
        assertFalse(kept(page).contains("sesame"), kept(page));
        page.click("#logout");
        assertThat(page.locator("#login-password")).isVisible();
        assertThat(page.locator("#login-password")).hasValue("");
        assertThat(page.locator("#login-id")).hasValue("");
        page.context().close();
    }

    @Test
    void whoIsRefusedBehindAReloadDoesNotSeeTheDesk() throws Exception {
        Page page = chromium.page("en-US");
        page.navigate(url());
        try (StubBackend backend = backend(200, GOOD)) {
            logIn(page, "sesame");
            isOnline(page);
        }
        say(page, "for my eyes only");
        hears(page, "for my eyes only");
        page.addInitScript("""
                for (const key of Object.keys(sessionStorage)) {
                  if (key.startsWith('kefu:')) sessionStorage.removeItem(key); // no session is left to resume, as after an absence
                }
                """);
        watchForTheDesk(page);
        try (StubBackend backend = backend(403, "")) {
            page.reload();
            assertThat(page.locator("#login-password")).isVisible();
        }
        assertEquals(false, page.evaluate("() => window.sawDesk"));
        page.context().close();
    }

    private static StubBackend backend(int status, String body) throws IOException {
        String rules = "{\"*\":{\"status\":" + status + ",\"body\":" + Json.text(body) + "}}";
        return new StubBackend(BACKEND_PORT, Json.parse(rules).orElseThrow().asJsonObject());
    }

    private static void logIn(Page page, String password) {
        page.fill("#login-group", "pw");
        page.fill("#login-id", "ann");
        page.fill("#login-name", "Ann");
        page.fill("#login-password", password);
        page.click("#login-submit");
    }
}
