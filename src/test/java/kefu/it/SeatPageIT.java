package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Who sits at the page in a real Chromium: how they come in, what becomes of their words where the line is not good, and how they leave. */
@ArquillianTest
class SeatPageIT extends PageTestbed {
    SeatPageIT() {
        super("seat");
    }

    /** Without a backend, and for clients of the newer protocol only: the page is one. */
    @Deployment(testable = false)
    static WebArchive desk() {
        return new BuiltWar("seat").with("kefu.backend.url=\nkefu.protocol.v1=false\n");
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
        aLostLineComesBackByItselfAndWhatWasTypedMeanwhileIsSaid(ann); // until the agent is known to be gone
        assertIsGone(ann, "2");
        second.context().close();
        ann.context().close();
    }

    private void aLostLineComesBackByItselfAndWhatWasTypedMeanwhileIsSaid(Page ann) {
        Page carl = agent("page-2", "3", "Carl", "en-US");
        carl.context().setOffline(true);
        carl.evaluate("() => dispatchEvent(new Event('offline'))");
        assertThat(carl.locator("#connection")).containsText("No network");
        assertThat(carl.locator("#talk-subtitle")).containsText("online (last known)");
        say(carl, "typed meanwhile");
        assertThat(carl.locator("[data-testid=message]").last()).containsText("Will be sent when reconnected");
        carl.context().setOffline(false);
        carl.evaluate("() => dispatchEvent(new Event('online'))");
        assertThat(carl.locator("#connection")).hasAttribute("data-state", "online");
        hears(ann, "typed meanwhile");
        carl.context().close();
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
    void whoLogsOutIsAskedBeforeATextIsLostAndThenNothingIsLeftInTheBrowser() throws Exception {
        Page ann = agent("page-out", "1", "Agent Ann", "en-US");
        say(ann, "said before");
        hears(ann, "said before");
        ann.fill("#note", "noted");
        ann.fill("#message-input", "not said");
        ann.fill("#search", "somebody");
        ann.click("#logout");
        assertThat(ann.locator("#logout-dialog")).isVisible();
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
