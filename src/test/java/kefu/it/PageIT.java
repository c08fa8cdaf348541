package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
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

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private Playwright playwright;
    private Browser browser;

    /** The built WAR under another name, with the one setting that the container's options give it taken back. */
    @Deployment(testable = false)
    static WebArchive desk() {
        return new BuiltWar("desk").with("kefu.backend.url=\n");
    }

    @BeforeAll
    void start() {
        Path chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(dir -> Path.of(dir, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No Chromium on the PATH: apt-get install chromium"));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void thePageHadNoErrors() {
        assertEquals(List.of(), errors);
    }

    private Page agent(String group, String id, String name, String language) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions().setLocale(language));
        Page page = context.newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("WebSocket")) {
                errors.add(message.text());
            }
        });
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
        assertThat(ann.locator("html")).hasAttribute("lang", java.util.regex.Pattern.compile("zh.*"));
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
    void thePageFitsAPhone() throws Exception {
        Page phone = agent("page-4", "1", "安", "zh-CN");
        phone.setViewportSize(360, 740);
        assertTrue((Boolean) phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth"));
        phone.screenshot(new Page.ScreenshotOptions().setPath(shot("phone-zh")));
        phone.context().close();
    }
}
