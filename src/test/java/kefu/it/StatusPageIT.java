package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What an agent says with a choice: online, busy or away, and an emoji; and the sound that tells of news. */
@ArquillianTest
class StatusPageIT extends PageTestbed {
    /** Milliseconds until it is known that no other tab shows them. */
    private static final int NEWS_ARE_HELD = 300;

    StatusPageIT() {
        super("status");
    }

    @Deployment(testable = false)
    static WebArchive status() {
        return new BuiltWar("status").with("kefu.backend.url=\n");
    }

    private static Locator dot(Page page, String id) {
        return listed(page, id).locator(".avatar");
    }

    @Test
    void aStateIsChosenWithTheKeysSeenByTheOthersAndKeptOverAReload() throws Exception {
        Page ann = agent("status-1", "1", "Ann", "en-US");
        Page bob = agent("status-1", "2", "Bob", "zh-CN");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "online");
        ann.locator("#status").focus();
        ann.keyboard().press("Enter");
        assertThat(ann.locator("[role=menuitemradio][aria-checked=true]")).isFocused();
        assertAccessible(ann, "menu of states");
        ann.keyboard().press("Escape");
        assertThat(ann.locator("#status-panel")).isHidden();
        assertThat(ann.locator("#status")).isFocused();
        ann.keyboard().press("Enter");
        ann.keyboard().press("ArrowDown");
        ann.keyboard().press("Enter");
        assertThat(ann.locator("#status")).isFocused();
        assertThat(ann.locator("#status")).hasText("My status Busy");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "busy");
        assertThat(listed(bob, "1").locator(".entry-status")).hasText(", 忙碌");
        assertThat(listed(bob, "1").locator(".entry-words")).hasText("忙碌 · 编号 1");

        watchForLeaving(bob, "1");
        ann.reload();
        isOnline(ann);
        assertThat(ann.locator("#status")).hasText("My status Busy");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "busy");
        assertEquals(false, bob.evaluate("() => window.sawLeaving"));
        talkTo(bob, "1");
        assertThat(bob.locator("#talk-subtitle")).hasText("忙碌 · 私聊");
        assertThat(bob.locator("#details-facts")).containsText("忙碌");
        assertThat(bob.locator("#details-avatar")).hasAttribute("data-presence", "busy");

        ann.setViewportSize(360, 740);
        ann.click("#back");
        ann.click("#status");
        assertAccessible(ann, "menu of states, on a phone");
        ann.context().close();
        bob.context().close();
    }

    @Test
    void aStateCountsForAllTabsOfTheAgent() throws Exception {
        Page ann = agent("status-2", "1", "Ann", "en-US");
        Page tab = logIn(ann.context().newPage(), "status-2", "1", "Ann");
        Page bob = agent("status-2", "2", "Bob", "en-US");
        Page eve = agent("status-2", "3", "Eve", "en-US");
        tab.click("#status");
        tab.click("[role=menuitemradio][value=away]");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "away");
        assertThat(ann.locator("#status")).hasText("My status Away");
        Locator member = bob.locator("#online-list [data-customer-id='1']");
        assertThat(member.locator(".member-status")).hasText("Away");
        Page late = logIn(ann.context().newPage(), "status-2", "1", "Ann");
        assertThat(late.locator("#status")).hasText("My status Away");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "away");
        eve.click("#status");
        eve.click("[role=menuitemradio][value=busy]");
        assertThat(dot(bob, "3")).hasAttribute("data-presence", "busy");
        bob.setViewportSize(1440, 810);
        assertAccessible(bob, "states of others");
        ann.click("#status");
        ann.click("[role=menuitemradio][value=online]");
        assertThat(dot(bob, "1")).hasAttribute("data-presence", "online");
        assertThat(member.locator(".member-status")).hasText("");
        for (Page page : new Page[] {ann, bob, eve}) {
            page.context().close();
        }
    }

    @Test
    void anEmojiIsChosenWithTheKeysAndComesWhereTheCaretIs() throws Exception {
        Page ann = agent("status-3", "1", "Ann", "en-US");
        Locator field = ann.locator("#message-input");
        field.fill("ab");
        field.press("ArrowLeft");
        field.press("Tab");
        assertThat(ann.locator("#emoji")).isFocused();
        ann.keyboard().press("Enter");
        assertThat(ann.locator("#emoji-panel button").first()).isFocused();
        assertAccessible(ann, "emoji");
        for (String key : new String[] {"ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp", "End", "Enter"}) {
            ann.keyboard().press(key);
        }
        assertThat(ann.locator("#emoji-panel")).isHidden();
        assertThat(field).isFocused();
        assertThat(field).hasValue("a📦b");
        ann.keyboard().insertText("!");
        assertThat(field).hasValue("a📦!b");
        ann.click("#emoji");
        ann.keyboard().press("Escape");
        assertThat(ann.locator("#emoji-panel")).isHidden();
        assertThat(field).isFocused();
        ann.click("#emoji");
        ann.click("#search");
        assertThat(ann.locator("#emoji-panel")).isHidden();
        assertThat(ann.locator("#search")).isFocused();
        ann.click("#send");
        hears(ann, "a📦!b");
        ann.context().close();
    }

    @Test
    void newsSoundWhereTheSoundIsOnAndNotWhereItIsOff() {
        Page ann = chromium.page("en-US");
        ann.clock().install();
        ann.addInitScript("""
                window.tones = 0;
                window.later = 0;
                const { now } = Date;
                Date.now = () => now() + window.later;
                window.AudioContext = class {
                  state = 'running';
                  currentTime = 0;
                  createOscillator() {
                    return { frequency: {}, connect: (next) => next, start: () => { window.tones++; }, stop() {} };
                  }
                  createGain() {
                    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next };
                  }
                };
                """);
        logIn(ann, "status-4", "1", "Ann");
        Page bob = agent("status-4", "2", "Bob", "en-US");
        ann.evaluate("() => { document.hasFocus = () => false; dispatchEvent(new Event('blur')); }");
        say(bob, "one");
        hears(ann, "one");
        ann.clock().runFor(NEWS_ARE_HELD);
        ann.waitForFunction("() => window.tones === 2"); // one sound
        say(bob, "two");
        hears(ann, "two");
        ann.clock().runFor(NEWS_ARE_HELD);
        assertEquals(2, ann.evaluate("() => window.tones"), "one sound for all that comes at once");
        ann.evaluate("() => { window.later += 60_000; document.querySelector('#sound').click(); }");
        say(bob, "three");
        hears(ann, "three");
        ann.clock().runFor(NEWS_ARE_HELD);
        assertEquals(2, ann.evaluate("() => window.tones"));
        ann.clock().runFor(2_000); // the tab gives others a chance
        ann.evaluate("() => { document.querySelector('#sound').click(); window.later += 60_000; }");
        assertEquals(4, ann.evaluate("() => window.tones"), "who turns it on hears it");
        say(bob, "four");
        hears(ann, "four");
        ann.clock().runFor(NEWS_ARE_HELD);
        ann.waitForFunction("() => window.tones === 6");
        ann.context().close();
        bob.context().close();
    }
}
