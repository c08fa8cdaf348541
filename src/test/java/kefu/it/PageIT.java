package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium, with the built-in backend behind it. */
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
        ann.screenshot(new Page.ScreenshotOptions().setPath(shot("private-zh")));

        bob.click("#logout");
        assertThat(listed(ann, "2")).hasCount(0);
        bob.context().close();
        ann.context().close();
    }

    @Test
    void anAgentWithTwoTabsIsShownOnceAndStaysWhileOneIsOpen() {
        Page ann = agent("page-2", "1", "Ann", "en-US");
        Page first = agent("page-2", "2", "Bob", "en-US");
        Page second = agent("page-2", "2", "Bob", "en-US");
        assertThat(listed(ann, "2")).hasCount(1);
        first.context().close();
        say(second, "still here");
        hears(ann, "still here");
        assertThat(listed(ann, "2")).hasCount(1);
        second.close();
        assertIsGone(ann, "2");
        second.context().close();
        ann.context().close();
    }

    @Test
    void aLostLineComesBackByItselfAndWhatWasTypedMeanwhileIsSaid() throws Exception {
        Page ann = agent("page-3", "1", "Ann", "en-US");
        Page bob = agent("page-3", "2", "Bob", "en-US");
        bob.context().setOffline(true);
        bob.evaluate("() => dispatchEvent(new Event('offline'))");
        assertThat(bob.locator("#connection")).containsText("No network");
        assertThat(bob.locator("#talk-subtitle")).containsText("2 online when the connection was lost");
        say(bob, "typed meanwhile");
        assertThat(bob.locator("[data-testid=message]").last()).containsText("Will be sent when reconnected");
        shots(bob, "offline-en");
        bob.context().setOffline(false);
        bob.evaluate("() => dispatchEvent(new Event('online'))");
        assertThat(bob.locator("#connection")).hasAttribute("data-state", "online");
        hears(ann, "typed meanwhile");
        ann.context().close();
        bob.context().close();
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
        bob.screenshot(new Page.ScreenshotOptions().setPath(shot("cut-en")));
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
        bob.screenshot(new Page.ScreenshotOptions().setPath(shot("resumed-en")));
        ann.context().close();
        bob.context().close();
    }

    @Test
    void aMessageWhoseAnswerIsLostIsShownOnceAndSaidOnce() throws Exception {
        Page ann = agent("page-lost", "1", "Ann", "en-US");
        Page bob = breakable(chromium.page("en-US"));
        logIn(bob, "page-lost", "2", "Bob");
        bob.evaluate("() => { window.deaf = true; }");
        say(bob, "only once");
        hears(ann, "only once");
        assertThat(bob.locator("[data-testid=message]")).hasAttribute("data-status", "pending");
        bob.screenshot(new Page.ScreenshotOptions().setPath(shot("pending-en")));
        bob.evaluate("() => { window.deaf = false; window.line.onclose({ code: 1006, reason: '' }); }");
        assertThat(bob.locator("[data-testid=message]")).hasAttribute("data-status", "sent");
        say(ann, "heard");
        hears(bob, "heard");
        for (Page page : List.of(ann, bob)) {
            assertEquals(
                    List.of("only once", "heard"),
                    page.locator("[data-testid=message-content]").allTextContents());
            page.context().close();
        }
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
        bob.screenshot(new Page.ScreenshotOptions().setPath(shot("reloaded-en")));
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
        assertEquals(0, bob.evaluate("() => Object.keys(sessionStorage).filter(key => key !== 'kefu.session').length"));
        ann.context().close();
        bob.context().close();
    }

    @Test
    void whoLogsOutIsAskedBeforeATextIsLostAndThenNothingIsLeftInTheBrowser() throws Exception {
        Page ann = agent("page-out", "1", "Agent Ann", "en-US");
        say(ann, "said before");
        hears(ann, "said before");
        ann.fill("#note", "noted");
        ann.fill("#message-input", "not said");
        ann.fill("#search", "somebody");
        ann.click("#logout");
        assertThat(ann.locator("#logout-dialog")).isVisible();
        shots(ann, "logout-en");
        ann.keyboard().press("Escape");
        assertThat(ann.locator("#connection")).hasAttribute("data-state", "online");
        assertThat(ann.locator("#message-input")).hasValue("not said");
        ann.click("#logout");
        ann.click("[data-testid=logout-anyway]");
        assertThat(ann.locator("#login-form")).isVisible();
        assertEquals("[{},{}]", ann.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])"));
        Object left = ann.evaluate("() => [document.documentElement.outerHTML, JSON.stringify(history.state)]"
                + ".concat([...document.querySelectorAll('input, textarea')].map(field => field.value)).join('\\n')");
        for (String own : List.of("page-out", "Agent Ann", "said before", "noted", "not said", "somebody")) {
            assertFalse(left.toString().contains(own), own);
        }
        for (String field : List.of("#login-group", "#login-id", "#login-name")) {
            assertThat(ann.locator(field)).hasAttribute("autocomplete", "off");
        }
        ann.reload();
        assertThat(ann.locator("#login-form")).isVisible();
        assertEquals("[{},{}]", ann.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])"));
        ann.context().close();
    }

    @Test
    void aMessageThatFailedIsSeenInTheListAndSentAgainWithTheRest() throws Exception {
        Page ann = agent("page-failed", "1", "Ann", "en-US");
        Page bob = agent("page-failed", "2", "Bob", "en-US");
        talkTo(ann, "2");
        bob.click("#logout");
        assertThat(ann.locator("#talk-subtitle")).containsText("Offline");
        say(ann, "one");
        say(ann, "two");
        assertThat(ann.locator("[data-status=failed]")).hasCount(2);
        ann.click("[data-conversation=room]");
        assertThat(ann.locator("[data-conversation='agent:2'] [data-testid=failed]"))
                .hasText("!");
        ann.click("[data-conversation='agent:2']");
        shots(ann, "failed-en");
        logIn(bob, "page-failed", "2", "Bob");
        assertThat(ann.locator("#talk-subtitle")).containsText("Online");
        ann.click("#resend-all");
        assertThat(ann.locator("[data-status=sent]")).hasCount(2);
        assertThat(ann.locator("[data-testid=failed-bar]")).isHidden();
        bob.click("[data-conversation='agent:1']");
        hears(bob, "two");
        assertEquals(
                List.of("one", "two"),
                bob.locator("[data-testid=message-content]").allTextContents());
        ann.context().close();
        bob.context().close();
    }

    @Test
    void thePageFitsAPhone() throws Exception {
        Page phone = agent("page-4", "1", "安", "zh-CN");
        phone.setViewportSize(360, 740);
        assertTrue((Boolean) phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth"));
        phone.screenshot(new Page.ScreenshotOptions().setPath(shot("phone-zh")));
        phone.context().close();
    }

    @Test
    void whereAnybodyMayLogInAsAnybodyTheFormSaysSo() {
        Page page = chromium.page("en-US");
        page.navigate(url());
        assertThat(page.locator("#login-warning")).containsText("anybody");
        assertThat(page.locator("#login-token")).isHidden();
        assertThat(page.locator("#login-password")).isHidden();
        page.fill("#login-group", "page-5");
        page.fill("#login-id", "1");
        page.fill("#login-name", "Ann");
        page.click("#login-submit");
        assertThat(page.locator("#connection")).hasAttribute("data-state", "online");
        assertThat(page.locator("#login-warning")).isHidden();
        page.reload();
        assertThat(page.locator("#connection")).hasAttribute("data-state", "online");
        page.click("#logout");
        assertThat(page.locator("#login-warning")).isVisible();
        page.context().close();
    }

    @Test
    void whereTheGatewayDoesNotSayHowAgentsAreKnownTheFormIsThereWithoutTheWarning() {
        Page page = chromium.page("en-US");
        page.route("**/auth", answer -> answer.fulfill(new Route.FulfillOptions().setBody("no JSON")));
        page.navigate(url());
        assertThat(page.locator("#login-id")).isVisible();
        assertThat(page.locator("#login-warning")).isHidden();
        page.context().close();
    }

    @Test
    void aScriptInAnyFieldIsTextAndRunsNowhere() {
        String script = "<img src=x onerror='ran=1'><script>ran=1</script>{{ran=1}}";
        Page ann = agent("5" + script, "1" + script, "Ann" + script, "en-US");
        Page bob = agent("5" + script, "2" + script, "Bob" + script, "en-US");
        assertThat(ann.locator("#group")).hasText("Group 5" + script);
        assertThat(ann.locator("#me")).hasText("Ann" + script + " (1" + script + ")");
        Locator listed = ann.locator("#conversation-list .entry").last();
        assertThat(listed.locator(".entry-name")).hasText("Bob" + script);
        assertThat(listed.locator(".entry-words")).hasText("ID 2" + script);
        assertThat(ann.locator("#online-list .entry-id").last()).hasText("2" + script);

        say(bob, "to all" + script);
        hears(ann, "to all" + script);
        listed.click();
        assertThat(ann.locator("#talk-title")).hasText("Bob" + script);
        assertThat(ann.locator("#log-empty")).containsText("Bob" + script);
        say(ann, "to Bob" + script);
        hears(ann, "to Bob" + script);
        assertThat(bob.locator("[data-conversation^='agent:'] .entry-name")).hasText("Ann" + script);

        for (Page page : List.of(ann, bob)) {
            assertEquals(false, page.evaluate("() => 'ran' in window"));
            assertEquals(0, page.locator("#desk img, #desk script").count());
            page.click("#logout");
            assertThat(page.locator("#login-name")).hasValue("");
            page.context().close();
        }
    }
}
