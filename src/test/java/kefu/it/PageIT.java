package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page in a real Chromium, with the built-in backend behind it. */
@ArquillianTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class PageIT {
    private static final String URL = "http://127.0.0.1:" + System.getProperty("kefu.it.http.port") + "/desk/";

    private Chromium chromium;

    /** Without a backend, and for clients of the newer protocol only: the page is one. */
    @Deployment(testable = false)
    static WebArchive desk() {
        return new BuiltWar("desk").with("kefu.backend.url=\nkefu.protocol.v1=false\n");
    }

    @BeforeAll
    void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    void stop() {
        chromium.close();
    }

    @AfterEach
    void thePageHadNoErrors() {
        assertEquals(List.of(), chromium.takeErrors());
    }

    private Page agent(String group, String id, String name, String language) {
        return logIn(chromium.page(language), group, id, name);
    }

    private static Page logIn(Page page, String group, String id, String name) {
        page.navigate(URL);
        page.fill("#login-group", group);
        page.fill("#login-id", id);
        page.fill("#login-name", name);
        page.click("#login-submit");
        assertThat(page.locator("#connection")).hasAttribute("data-state", "online");
        return page;
    }

    private static void say(Page page, String text) {
        page.fill("#message-input", text);
        page.click("#send");
    }

    private static void hears(Page page, String text) {
        assertThat(page.locator("[data-testid=message-content]").last()).hasText(text);
    }

    private static Path shot(String name) throws Exception {
        return Files.createDirectories(Path.of("target/screenshots")).resolve(name + ".png");
    }

    @Test
    void twoAgentsSeeEachOtherAndTalk() throws Exception {
        Page ann = agent("page-1", "1", "安<b>", "zh-CN");
        Page bob = agent("page-1", "2", "Bob & \"Co\"", "en-US");
        assertThat(ann.locator("html")).hasAttribute("lang", Pattern.compile("zh.*"));
        assertThat(bob.locator("html")).hasAttribute("lang", "en");
        assertThat(ann.locator("#online-list [data-customer-id='2']")).containsText("Bob & \"Co\"");
        assertThat(bob.locator("#online-list [data-customer-id='1']")).containsText("安<b>");

        say(ann, "你好 <img src=x onerror=alert(1)> & \"all\"");
        hears(bob, "你好 <img src=x onerror=alert(1)> & \"all\"");
        hears(ann, "你好 <img src=x onerror=alert(1)> & \"all\"");
        assertEquals(0, bob.locator("#log img").count(), "text is text");

        bob.click("#online-list [data-customer-id='1'] button");
        say(bob, "only for you");
        hears(bob, "only for you");
        assertThat(ann.locator("[data-conversation='agent:2'] [data-testid=unread]"))
                .isVisible();
        ann.click("[data-conversation='agent:2']");
        hears(ann, "only for you");
        ann.screenshot(new Page.ScreenshotOptions().setPath(shot("private-zh")));

        bob.context().close();
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(0);
        ann.context().close();
    }

    @Test
    void anAgentWithTwoTabsIsShownOnceAndStaysWhileOneIsOpen() {
        Page ann = agent("page-2", "1", "Ann", "en-US");
        Page first = agent("page-2", "2", "Bob", "en-US");
        Page second = agent("page-2", "2", "Bob", "en-US");
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(1);
        first.context().close();
        say(second, "still here");
        hears(ann, "still here");
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(1);
        second.context().close();
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(0);
        ann.context().close();
    }

    @Test
    void aLostLineComesBackByItselfAndWhatWasTypedMeanwhileIsSaid() {
        Page ann = agent("page-3", "1", "Ann", "en-US");
        Page bob = agent("page-3", "2", "Bob", "en-US");
        bob.context().setOffline(true);
        bob.evaluate("() => dispatchEvent(new Event('offline'))");
        say(bob, "typed meanwhile");
        bob.context().setOffline(false);
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
                """);
        logIn(bob, "page-cut", "2", "Bob");
        assertThat(ann.locator("#online-list [data-customer-id='2']")).hasCount(1);
        ann.evaluate("""
                () => {
                  const list = document.querySelector('#online-list');
                  window.bobLeft = false;
                  new MutationObserver(() => {
                    if (!list.querySelector("[data-customer-id='2']")) window.bobLeft = true;
                  }).observe(list, { childList: true, subtree: true });
                }
                """);
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
        assertEquals(false, ann.evaluate("() => window.bobLeft"));
        bob.screenshot(new Page.ScreenshotOptions().setPath(shot("resumed-en")));
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
        page.navigate(URL);
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
        page.navigate(URL);
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
        Locator listed = ann.locator("#online-list .entry").last();
        assertThat(listed.locator(".entry-name")).hasText("Bob" + script);
        assertThat(listed.locator(".entry-id")).hasText("2" + script);

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
            assertEquals(
                    0, page.locator("#desk img:not(.bar-mark), #desk script").count());
            page.click("#logout");
            assertThat(page.locator("#login-name")).hasValue(Pattern.compile(".*script.*"));
            page.context().close();
        }
    }
}
