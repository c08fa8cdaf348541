package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** How an agent works at the page all day: what only a real Chromium shows. */
@ArquillianTest
class DeskPageIT extends PageTestbed {
    DeskPageIT() {
        super("agents");
    }

    @Deployment(testable = false)
    static WebArchive agents() {
        return new BuiltWar("agents").with("kefu.backend.url=\n");
    }

    /** Whether the agent has the window in front. */
    private static void focus(Page page, boolean focused) {
        page.evaluate("""
                focused => {
                  document.hasFocus = () => focused;
                  dispatchEvent(new Event(focused ? 'focus' : 'blur'));
                }
                """, focused);
    }

    private static Locator favicon(Page page) {
        return page.locator("link[rel=icon]");
    }

    @Test
    void whatWasNotSeenIsCountedAndWhatIsReadInOneTabIsReadInAll() {
        Page ann = agent("desk-1", "1", "Ann", "en-US");
        Page tab = logIn(ann.context().newPage(), "desk-1", "1", "Ann");
        Page bob = agent("desk-1", "2", "Bob", "en-US");
        for (Page page : List.of(ann, tab)) {
            focus(page, false);
        }
        say(bob, "one");
        say(bob, "two");
        for (Page page : List.of(ann, tab)) {
            assertThat(page).hasTitle("(2) Agent desk");
            assertThat(favicon(page)).hasAttribute("href", "console/icon-unread.svg");
            assertThat(page.locator("[data-conversation=room] [data-testid=unread]"))
                    .hasText("2");
        }
        focus(ann, true);
        for (Page page : List.of(ann, tab)) {
            assertThat(page).hasTitle("Agent desk");
            assertThat(favicon(page)).hasAttribute("href", "console/icon.svg");
        }
        say(ann, "👍");
        assertEquals(
                "rgba(0, 0, 0, 0)",
                ann.locator("[data-own] [data-emoji]").evaluate("one => getComputedStyle(one).backgroundColor"));
        ann.context().close();
        bob.context().close();
    }

    @Test
    void whoReadsFurtherUpIsToldHowMuchIsNewAndStaysWhereTheyAre() {
        Page ann = agent("desk-2", "1", "Ann", "en-US");
        Page bob = agent("desk-2", "2", "Bob", "en-US");
        for (int n = 0; n < 40; n++) {
            say(bob, "line " + n);
        }
        hears(ann, "line 39");
        String top = "() => Math.round(document.querySelector('#log').scrollTop)";
        ann.evaluate("() => { document.querySelector('#log').scrollTop = 100; }");
        assertThat(ann.locator("#log-new")).hasText("To the latest");
        Object before = ann.evaluate(top);
        say(bob, "more");
        say(bob, "and more");
        assertThat(ann.locator("#log-new")).hasText("2 new messages");
        assertThat(ann).hasTitle("(2) Agent desk");
        assertEquals(before, ann.evaluate(top));
        talkTo(ann, "2");
        assertThat(ann).hasTitle("(2) Agent desk");
        ann.click("[data-conversation=room]");
        assertThat(ann.locator("#log-new")).hasText("2 new messages");
        assertEquals(before, ann.evaluate(top));
        ann.click("#log-new");
        assertThat(ann).hasTitle("Agent desk");
        assertThat(ann.locator("#log-new")).isHidden();
        assertThat(ann.locator(".divider-unread")).hasCount(1);
        ann.context().close();
        bob.context().close();
    }

    @Test
    void aConversationIsFoundByWhatWasSaidPutAwayAndBackWithTheNextWord() {
        Page ann = agent("desk-3", "1", "Ann", "en-US");
        Page bob = agent("desk-3", "2", "Bob", "en-US");
        talkTo(bob, "1");
        say(bob, "where is the needle?");
        Locator row = ann.locator("[data-conversation='agent:2']");
        assertThat(row.locator(".entry-words")).hasText("where is the needle?");
        ann.keyboard().press("Control+k");
        assertThat(ann.locator("#search")).isFocused();
        ann.keyboard().insertText("NEEDLE");
        assertThat(ann.locator("#conversation-list .row")).hasCount(1);
        assertThat(row.locator("mark")).hasText("needle");
        ann.keyboard().press("Enter");
        assertThat(ann.locator("#talk-title")).hasText("Bob");
        assertThat(ann.locator("[data-found]")).hasCount(1);
        assertThat(ann.locator("#message-input")).hasValue("");
        ann.fill("#search", "");

        row.focus();
        ann.keyboard().press("Delete");
        assertThat(row).hasCount(0);
        assertThat(ann.locator("#talk-title")).hasText("Room");
        assertThat(ann.locator("#conversation-list [data-customer-id='2'] .entry"))
                .isFocused();
        say(bob, "once more");
        assertThat(row.locator("[data-testid=unread]")).hasText("1");
        ann.keyboard().press("Alt+u");
        assertEquals(
                List.of("where is the needle?", "once more"),
                ann.locator("[data-testid=message-content]").allTextContents());
        bob.click("#logout");
        assertThat(ann.locator("[data-testid=peer-offline]")).containsText("Bob is offline");
        row.focus();
        ann.keyboard().press("Delete");
        assertThat(ann.locator("#conversation-list [data-customer-id='2']")).hasCount(0);
        assertThat(ann.locator("#message-input")).isFocused();
        for (String empty : List.of(".side-head", ".talk-head", ".details-who")) {
            ann.locator(empty).click(new Locator.ClickOptions().setPosition(2, 2));
            assertEquals(false, ann.evaluate("document.activeElement === document.body"), empty);
        }
        ann.context().close();
        bob.context().close();
    }

    @Test
    void onAPhoneOneGoesFromTheTalkToTheListAndBack() throws Exception {
        Page ann = agent("desk-4", "1", "Ann", "en-US");
        Page bob = agent("desk-4", "2", "Bob", "en-US");
        ann.setViewportSize(360, 740);
        assertThat(ann.locator("#side")).isHidden();
        talkTo(bob, "1");
        say(bob, "psst");
        assertThat(ann.locator("#back")).hasAttribute("data-unread", "");
        ann.click("#back");
        assertThat(ann.locator("#talk")).isHidden();
        assertEquals(1, ann.locator("main:visible").count());
        assertThat(ann.locator("main:visible h1")).hasCount(1);
        ann.click("[data-conversation='agent:2']");
        hears(ann, "psst");
        assertThat(ann).hasTitle("Agent desk");
        say(bob, "a long word ".repeat(40));
        assertThat(ann.locator(".message-unfold")).isVisible();
        assertThat(bob.locator(".message-unfold")).hasCount(0); // it has longer lines
        ann.click("#details-toggle");
        assertThat(ann.locator("#note")).isVisible();
        ann.fill("#note", "likes tea");
        ann.keyboard().press("Escape");
        assertThat(ann.locator("#note")).isHidden();
        ann.waitForFunction("() => history.state.depth === 1"); // the browser goes there a moment later
        ann.reload();
        assertThat(ann.locator("#note")).hasValue("likes tea");
        assertThat(ann.locator("#talk-title")).hasText("Bob");

        ann.click("#details-toggle");
        ann.goBack();
        assertThat(ann.locator("#note")).isHidden();
        assertThat(ann.locator("#talk")).isVisible();
        ann.goBack();
        assertThat(ann.locator("#side")).isVisible();
        ann.goForward();
        assertThat(ann.locator("#talk-title")).hasText("Bob");
        ann.goBack();
        ann.reload();
        assertThat(ann.locator("#side")).isVisible();
        ann.goBack();
        assertEquals("about:blank", ann.url());
        ann.context().close();
        bob.context().close();
    }

    @Test
    void namesakesAreToldApartAndNoNameTurnsTheTextAroundIt() {
        Page ann = agent("desk-5", "1", "Ann", "en-US");
        Page bob = agent("desk-5", "2", "Bob\u202e", "en-US");
        Page other = agent("desk-5", "3", "Bob", "en-US");
        Page unseen = agent("desk-5", "4", "\u202e\u200b", "en-US");
        assertThat(ann.locator("#conversation-list [data-customer-id='4'] .entry-name"))
                .hasText("4");
        assertThat(unseen.locator("#me")).hasText("4 (4)");
        assertThat(ann.locator("#conversation-list [data-customer-id='2'] .entry-id"))
                .hasText("(2)");
        assertThat(ann.locator("#conversation-list [data-customer-id='3'] .entry-id"))
                .hasText("(3)");
        say(bob, "see https://example.com/a?b=1. `x`\n" + "line\n".repeat(20));
        assertThat(ann.locator(".message-name")).hasText("Bob");
        assertThat(ann.locator(".message-id")).hasText("(2)");
        Locator link = ann.locator("#log a");
        assertThat(link).hasAttribute("href", "https://example.com/a?b=1");
        assertThat(link).hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(link).hasAttribute("target", "_blank");
        assertThat(ann.locator("#log-list code")).hasText("x");
        assertEquals(
                List.of("BDI", "BDI"),
                ann.evaluate("() => ['.message-name', '.entry-name'].map(one => document.querySelector(one).tagName)"));
        String height = "() => document.querySelector('[data-testid=message-content]').clientHeight";
        int folded = (int) ann.evaluate(height);
        ann.click(".message-unfold");
        assertTrue((int) ann.evaluate(height) > folded + 100);
        for (Page page : List.of(ann, bob, other, unseen)) {
            page.context().close();
        }
    }

    /** Six hundred messages a second, while the agent types: each key is answered before the flood is over. */
    @Test
    void aFloodIsPaintedOnceAFrameAndThePageStaysSmall() {
        Page ann = agent("desk-6", "1", "Ann", "en-US");
        ann.evaluate("""
                () => {
                  window.renders = 0;
                  window.frames = 0;
                  new MutationObserver(() => window.renders++).observe(document.querySelector('#log-list'), { childList: true });
                  const frame = () => { window.frames++; requestAnimationFrame(frame); };
                  requestAnimationFrame(frame);
                }
                """);
        Page bob = chromium.page("en-US");
        bob.navigate(url() + "example.html");
        bob.evaluate("""
                async url => {
                  const socket = new WebSocket(url.replace('http', 'ws') + 'chat', 'kefu.v2');
                  const send = frame => socket.send(JSON.stringify(frame));
                  window.sent = 0;
                  window.say = () => send({ method: 'say', to: 'all', content: `message ${++window.sent}` });
                  await new Promise(resolve => { socket.onopen = resolve; });
                  send({ method: 'login', bid: 'desk-6', customer_id: '2', customer_name: 'Bob' });
                  await new Promise(resolve => { socket.onmessage = resolve; });
                  const timer = setInterval(() => {
                    for (let n = 0; n < 12; n++) window.say();
                    if (window.sent >= 3_000 || (window.typed && window.sent >= 996)) clearInterval(timer);
                  }, 20);
                }
                """, url());
        ann.locator("#message-input").pressSequentially("typed meanwhile");
        assertThat(ann.locator("#message-input")).hasValue("typed meanwhile");
        int whenTyped = (int) bob.evaluate("() => { window.typed = true; return window.sent; }");
        assertTrue(whenTyped < 3_000, "answered while messages come");
        bob.waitForFunction("() => window.sent >= 996");
        Object sent = bob.evaluate("() => window.sent");
        hears(ann, "message " + sent);
        assertEquals(List.of(), ann.evaluate("""
                sent => {
                  const { renders, frames } = window;
                  const rows = document.querySelector('#log-list').children.length;
                  const nodes = document.querySelectorAll('*').length;
                  const bounded = renders <= frames + 2 && renders < 0.7 * sent && rows <= 150 && nodes < 3_000;
                  return bounded ? [] : [`renders ${renders}, frames ${frames}, rows ${rows}, nodes ${nodes}`];
                }
                """, sent));

        ann.waitForFunction("""
                () => {
                  document.querySelector('#log').scrollTop = 0;
                  return document.querySelector('#log-list').firstElementChild.matches('.divider-shortened');
                }
                """);
        assertThat(ann.locator(".divider-shortened")).hasText("Earlier messages removed");
        String oldest = ann.locator("[data-testid=message-content]").first().textContent();
        bob.evaluate("() => { for (let n = 0; n < 20; n++) window.say(); }");
        assertThat(ann.locator("#log-new")).hasText("20 new messages");
        assertThat(ann.locator("[data-testid=message-content]").first())
                .hasText(oldest); // nothing goes from under the eyes
        assertTrue((int) ann.evaluate("() => document.querySelector('#log-list').children.length") <= 150);
        ann.context().close();
        bob.context().close();
    }
}
