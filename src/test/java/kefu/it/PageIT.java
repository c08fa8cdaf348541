package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium, with the built-in backend behind it: what a container may change. */
@ArquillianTest
class PageIT extends PageTestbed {
    PageIT() {
        super("desk");
    }

    /** Without a backend, and for clients of the newer protocol only: the page is one. */
    @Deployment(testable = false)
    static WebArchive desk() {
        return new BuiltWar("desk").with("kefu.backend.url=\nkefu.protocol.v1=false\n");
    }

    @Test
    void twoAgentsSeeEachOtherAndTalk() throws Exception {
        Page ann = agent("page-1", "1", "安<b>", "zh-CN");
        Page bob = agent("page-1", "2", "Bob & \"Co\"", "en-US");
        assertThat(ann.locator("html")).hasAttribute("lang", Pattern.compile("zh.*"));
        assertThat(bob.locator("html")).hasAttribute("lang", "en");
        assertThat(listed(ann, "2")).containsText("Bob & \"Co\"");
        assertThat(listed(bob, "1")).containsText("安<b>");

        say(ann, "你好 <img src=x onerror=alert(1)> & \"all\"");
        hears(bob, "你好 <img src=x onerror=alert(1)> & \"all\"");
        hears(ann, "你好 <img src=x onerror=alert(1)> & \"all\"");
        assertEquals(0, bob.locator("#log img").count(), "text is text");

        talkTo(bob, "1");
        say(bob, "only for you");
        hears(bob, "only for you");
        assertThat(ann.locator("[data-conversation='agent:2'] [data-testid=unread]"))
                .isVisible();
        ann.click("[data-conversation='agent:2']");
        hears(ann, "only for you");

        bob.click("#logout");
        assertThat(listed(ann, "2")).hasCount(0);
        bob.context().close();
        ann.context().close();
    }

    @Test
    void whoseLineIsCutMissesNothingAndIsNeverSeenLeaving() throws Exception {
        Page ann = agent("page-cut", "1", "Ann", "en-US");
        Page bob = chromium.page("en-US");
        bob.addInitScript("""
                const Real = WebSocket;
                window.WebSocket = class extends Real {
                  constructor(url, protocol) {
                    super(window.cut ? new URL('nothing', url) : url, protocol);
                    window.line = this;
                  }
                };
                const really = fetch;
                window.fetch = (...what) => (window.cut ? Promise.reject(new TypeError()) : really(...what));
                """);
        logIn(bob, "page-cut", "2", "Bob");
        watchForLeaving(ann, "2");
        say(ann, "before");
        hears(bob, "before");
        bob.evaluate("() => { window.cut = true; window.line.close(4000); }");
        assertThat(bob.locator("#connection")).not().hasAttribute("data-state", "online");
        List<String> missed = List.of("one", "two", "three");
        for (String text : missed) {
            say(ann, text);
            hears(ann, text);
        }
        bob.evaluate("() => { window.cut = false; dispatchEvent(new Event('online')); }");
        assertThat(bob.locator("#connection")).hasAttribute("data-state", "online");
        say(bob, "back");
        hears(ann, "back");
        hears(bob, "back");
        assertEquals(
                List.of("before", "one", "two", "three", "back"),
                bob.locator("[data-testid=message-content]").allTextContents());
        assertThat(bob.locator(".divider-gap")).hasCount(0);
        assertEquals(false, ann.evaluate("() => window.sawLeaving"));
        ann.context().close();
        bob.context().close();
    }

    @Test
    void aPageThatIsLoadedAgainIsAsItWasAndNobodySeesItLeave() throws Exception {
        Page ann = agent("page-again", "1", "Ann", "en-US");
        Page bob = agent("page-again", "2", "Bob", "en-US");
        watchForLeaving(ann, "2");
        for (int n = 0; n < 40; n++) {
            say(bob, "line " + n);
        }
        hears(ann, "line 39");
        hears(bob, "line 39");
        talkTo(bob, "1");
        say(bob, "only for you");
        hears(bob, "only for you");
        bob.click("[data-conversation=room]");
        bob.evaluate("() => { document.querySelector('#log').scrollTop = 200; }");
        bob.fill("#message-input", "not yet finis");
        bob.waitForFunction("() => document.querySelector('#log-list li').isConnected");
        String top = "() => Math.round(document.querySelector('#log').scrollTop)";
        Object before = bob.evaluate(top);
        // loaded again and again, before the gateway has answered
        bob.addInitScript("if (name === 'waits') fetch = () => new Promise(() => {})");
        bob.evaluate("() => { name = 'waits'; }");
        bob.reload();
        bob.evaluate("() => { name = ''; }");
        bob.reload();
        assertThat(bob.locator("#connection")).hasAttribute("data-state", "online");
        assertThat(bob.locator("[data-testid=message-content]")).hasCount(40);
        assertThat(bob.locator("#message-input")).hasValue("not yet finis");
        assertEquals(before, bob.evaluate(top), "the reading position");
        // the browser may keep a page that was left, and show it again
        bob.evaluate("""
                () => {
                  dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
                  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
                }
                """);
        assertThat(bob.locator("#connection")).hasAttribute("data-state", "online");
        assertThat(bob.locator("#login-form")).isHidden();
        bob.click("[data-conversation='agent:1']");
        hears(bob, "only for you");
        say(bob, "and I am still here");
        assertThat(ann.locator("[data-conversation='agent:2'] [data-testid=unread]"))
                .hasText("2");
        assertEquals(false, ann.evaluate("() => window.sawLeaving"));
        assertEquals("kefu.drafts,kefu.session", bob.evaluate("() => Object.keys(sessionStorage).sort().join()"));
        ann.context().close();
        bob.context().close();
    }
}
