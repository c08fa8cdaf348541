package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kefu.auth.SignedTokens;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * Each state in which an agent may find the page: in both languages, light and dark, on a desktop and on a phone. The pictures in
 * docs/images are made here: see CONTRIBUTING.md.
 */
@ArquillianTest
class PicturesPageIT extends PageTestbed {
    private static final String SERVICE = "http://127.0.0.1:" + System.getProperty("kefu.it.http.port") + "/service/";

    /** A sheet for each state, with a row for each language. */
    private final Map<String, ContactSheet> sheets = new TreeMap<>();

    PicturesPageIT() {
        super("pictures");
    }

    @Deployment(name = "pictures", testable = false)
    static WebArchive pictures() {
        return new BuiltWar("pictures").with("kefu.backend.url=\n");
    }

    /** With a backend, which is away, and tokens. */
    @Deployment(name = "service", testable = false)
    static WebArchive service() {
        return new BuiltWar("service").with("kefu.auth.secret=" + SignedTokens.SECRET + "\n");
    }

    @Test
    void eachStateFitsIsAccessibleAndIsInTheDocuments() throws Exception {
        showDesk("en", "Ann Meyer", "Bob Stone", """
                Is the customer of order 20731 back?
                Yes, and asks for you. Can you take over?
                I am on it.
                Tell them two minutes, please.
                Sent: the new invoice is in their account.
                One more thing
                """.lines().toList());
        showService("en", "Ann Meyer");
        showDesk("zh", "张敏", "李四", """
                订单 20731 的客户回来了吗？
                回来了，在找你。能接一下吗？
                好的，我来处理。
                请告诉他稍等两分钟。
                已处理：新发票在他的账户里了。
                还有一件事
                """.lines().toList());
        showService("zh", "张敏");
        for (Map.Entry<String, ContactSheet> sheet : sheets.entrySet()) {
            sheet.getValue().write(shot("state-" + sheet.getKey()));
        }
        for (String state : sheets.keySet()) {
            String name = "state-" + state;
            assertTrue(Files.exists(Path.of("docs/images", name + ".png")), name);
        }
    }

    private void showDesk(String language, String name, String others, List<String> words) throws Exception {
        Page me = breakable(chromium.page(language));
        me.navigate(url());
        assertThat(me.locator("#login-form")).isVisible();
        take(me, language, "login");
        logIn(me, "41", "17", name);
        take(me, language, "empty-room");

        Page other = agent("41", "18", others, language);
        talkTo(me, "18");
        take(me, language, "empty-private");
        talkTo(other, "17");
        say(me, words.get(0));
        hears(other, words.get(0));
        say(other, words.get(1));
        hears(me, words.get(1));
        me.evaluate("() => { window.deaf = true; }");
        say(me, words.get(2));
        hears(other, words.get(2));
        take(me, language, "sending");
        me.evaluate("() => { window.deaf = false; }");
        breakLine(me, "1006, reason: ''");
        assertThat(me.locator("[data-status=pending]")).hasCount(0);

        other.click("#logout");
        assertThat(me.locator("[data-testid=peer-offline]")).isVisible();
        say(me, words.get(3));
        assertThat(me.locator("[data-status=failed]")).hasCount(1);
        take(me, language, "failed");
        logIn(other, "41", "18", others);
        talkTo(other, "17");
        assertThat(me.locator("[data-testid=peer-offline]")).isHidden();
        me.click("#resend-all");
        assertThat(me.locator("[data-status=failed]")).hasCount(0);

        breakLine(me, "1012, reason: 'retry=60000'");
        assertThat(me.locator("#retry")).isVisible();
        take(me, language, "reconnecting");
        me.click("#retry");
        isOnline(me);
        me.context().setOffline(true);
        me.evaluate("() => dispatchEvent(new Event('offline'))");
        assertThat(me.locator("#connection")).containsText(language.equals("zh") ? "网络已断开" : "No network");
        say(me, words.get(4));
        take(me, language, "offline");
        me.context().setOffline(false);
        me.evaluate("() => dispatchEvent(new Event('online'))");
        isOnline(me);
        hears(other, words.get(4));

        me.fill("#message-input", words.get(5));
        breakLine(me, "4001, reason: ''");
        assertThat(me.locator("#notice")).isVisible();
        take(me, language, "taken-over");
        me.context().close();
        other.context().close();
    }

    private void showService(String language, String name) throws Exception {
        Page page = chromium.page(language);
        page.navigate(SERVICE);
        page.fill("#login-token", "not a token");
        page.click("#login-submit");
        assertThat(page.locator("#login-error")).not().isEmpty();
        take(page, language, "refused");
        page.fill(
                "#login-token",
                SignedTokens.hs256("{\"sub\":\"17\",\"name\":%s,\"bid\":\"%s\",\"exp\":%d}"
                        .formatted(Json.text(name), language, SignedTokens.in(1000))));
        page.click("#login-submit");
        isOnline(page);
        take(page, language, "empty-events");
        ApiClient api = new ApiClient(SERVICE + "api", System.getProperty("kefu.it.api.key"));
        for (String push : List.of(
                "{\"method\":\"new_order\",\"id\":20731,\"customer\":\"Müller\",\"total\":\"129.00\"}",
                "{\"method\":\"shift\",\"from\":\"08:00\",\"until\":\"18:00\",\"with\":[17,18]}")) {
            assertEquals(
                    200,
                    api.call("POST", "/push", "{\"to\":{\"group\":\"%s\"},\"message\":%s}".formatted(language, push))
                            .status());
        }
        assertThat(page.locator("[data-testid=push]")).hasCount(2);
        take(page, language, "events");
        page.context().close();
    }

    /** The gateway keeps the session. @param close code and reason that the page hears */
    private static void breakLine(Page page, String close) {
        page.evaluate("() => { window.ends.push({ code: " + close + " }); window.line.close(4000); }");
    }

    /** Looks at all that there is of a state, and leaves the page as it was. */
    private void take(Page page, String language, String state) throws IOException {
        ContactSheet sheet = sheets.computeIfAbsent(state, any -> new ContactSheet());
        sheet.startRow();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (int width : List.of(820, 340)) {
                page.setViewportSize(width, 600);
                assertEquals(
                        false, page.evaluate("() => document.documentElement.scrollWidth > innerWidth"), state + width);
                sheet.add(page.screenshot(new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED)));
            }
        }
        assertAccessible(page, state + ", dark, on a phone, " + language);
        page.setViewportSize(820, 600);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }
}
