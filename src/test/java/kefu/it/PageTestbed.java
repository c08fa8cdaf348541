package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Agents at the page, each in a browser of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedChromium.class)
@SuppressWarnings("NullAway.Init")
abstract class PageTestbed {
    private final String url;
    private final Duration patience;

    PlaywrightBrowser chromium;

    /** @param application under which the WAR is deployed */
    PageTestbed(String application) {
        this(Ports.HTTP, application, Duration.ofSeconds(5));
    }

    /**
     * @param port of a proxy in front
     * @param patience how long a login may take
     */
    PageTestbed(int port, String application, Duration patience) {
        this.patience = patience;
        url = "http://127.0.0.1:" + port + "/" + application + "/";
    }

    final String url() {
        return url;
    }

    @AfterEach
    void thePageHadNoErrors() {
        assertEquals(List.of(), chromium.takeErrors());
    }

    final Page agent(String group, String id, String name, String language) {
        return logIn(chromium.page(language), group, id, name);
    }

    final Page logIn(Page page, String group, String id, String name) {
        return logIn(page, url, group, id, name);
    }

    /** @param url where the page is */
    final Page logIn(Page page, String url, String group, String id, String name) {
        page.navigate(url);
        page.fill("#login-group", group);
        page.fill("#login-id", id);
        page.fill("#login-name", name);
        page.click("#login-submit");
        isOnline(page);
        return page;
    }

    final void isOnline(Page page) {
        assertThat(page.locator("#connection"))
                .hasAttribute(
                        "data-state",
                        "online",
                        new LocatorAssertions.HasAttributeOptions().setTimeout(patience.toMillis()));
    }

    static void say(Page page, String text) {
        page.fill("#message-input", text);
        page.click("#send");
    }

    static void hears(Page page, String text) {
        assertThat(page.locator("[data-testid=message-content]").last()).hasText(text);
    }

    /** Whoever has closed the page is gone after five seconds: until then it may have been loaded again. */
    static void assertIsGone(Page page, String id) {
        assertThat(listed(page, id)).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(15_000));
    }

    /** An agent in the list, while online. */
    static Locator listed(Page page, String id) {
        return page.locator("#conversation-list [data-customer-id='" + id + "'][data-online]");
    }

    /** Opens the private conversation with that agent. */
    static void talkTo(Page page, String id) {
        page.click("#conversation-list [data-customer-id='" + id + "'] .entry");
    }

    static Path shot(String name) throws Exception {
        return Files.createDirectories(Path.of("target/screenshots")).resolve(name + ".png");
    }

    static void watchForLeaving(Page page, String id) {
        assertThat(listed(page, id)).hasCount(1);
        page.evaluate("""
                id => {
                  const list = document.querySelector('#conversation-list');
                  window.sawLeaving = false;
                  new MutationObserver(() => {
                    if (!list.querySelector(`[data-customer-id='${id}'][data-online]`)) window.sawLeaving = true;
                  }).observe(list, { childList: true, subtree: true, attributes: true });
                }
                """, id);
    }

    /**
     * Whether the desk is seen, even for a moment: {@code window.sawDesk}. Until all style sheets have come nothing is painted, and the
     * one that hides the desk may come last.
     */
    static void watchForTheDesk(Page page) {
        page.addInitScript("""
                window.sawDesk = false;
                new MutationObserver(() => {
                  const styled = [...document.querySelectorAll('link[rel=stylesheet]')].every(({ sheet }) => sheet);
                  if (styled && document.querySelector('#desk')?.checkVisibility()) window.sawDesk = true;
                }).observe(document, { childList: true, subtree: true, attributes: true });
                """);
    }

    /** Everything that the page keeps in the browser. */
    static String kept(Page page) {
        return String.valueOf(
                page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"));
    }

    /**
     * So that nothing is heard over its WebSocket while {@code window.deaf}, and that {@code window.line} ends as the first of
     * {@code window.ends} says.
     */
    static Page breakable(Page page) {
        page.addInitScript("""
                window.ends = [];
                const Real = WebSocket;
                window.WebSocket = class extends Real {
                  constructor(...how) {
                    super(...how);
                    window.line = this;
                  }
                  set onmessage(listener) {
                    super.onmessage = listener && ((event) => window.deaf || listener(event));
                  }
                  get onclose() {
                    return super.onclose;
                  }
                  set onclose(listener) {
                    super.onclose = listener && ((event) => listener(window.ends.shift() ?? event));
                  }
                };
                """);
        return page;
    }

    /** By the rules of axe-core. @param state of the page */
    static void assertAccessible(Page page, String state) throws IOException {
        page.evaluate(Accessibility.rules());
        assertEquals(List.of(), page.evaluate(Accessibility.VIOLATIONS), state);
    }
}
