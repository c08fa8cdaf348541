package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final String SERVICE = "http://127.0.0.1:" + Ports.HTTP + "/service/";

    /** A sheet for each state, with a row for each language. */
    private final Map<String, ContactSheet> sheets = new TreeMap<>();

    private final List<String> pictures = new ArrayList<>();

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
        showDesk("en", "41", List.of("Ann Meyer", "Bob Stone", "Carla Díaz"), """
                Morning! The sale starts at 10. Return rules: https://example.com/rules?id=5
                Got it. Is it 7 days or 15?
                15 days, the page is updated.
                Customers with `E1042` should clear their cache first.
                Heads up: maintenance tonight at 23:00, about ten minutes.
                The customer of order 20731 is back. Can you take over?
                Sure, send them to me.
                Which invoice do they mean?
                Tell them two minutes, please.
                Sent: the new invoice is in their account.
                One more thing
                """.lines()
                .toList());
        showService("en", "Ann Meyer");
        showDesk("zh", "42", List.of("张敏", "李四", "王芳"), """
                早上好，今天 10 点开始促销，退货规则在 https://example.com/rules?id=5
                收到。退货期是 7 天还是 15 天？
                15 天，页面已经更新了。
                遇到 `E1042` 的客户，先请他们清缓存。
                大家注意：系统今晚 23 点维护，预计 10 分钟。
                订单 20731 的客户又来了，能接一下吗？
                可以，转给我吧。
                他说的是哪张发票？
                请告诉他稍等两分钟。
                已处理：新发票在他的账户里了。
                还有一件事
                """.lines().toList());
        showService("zh", "张敏");
        for (Map.Entry<String, ContactSheet> sheet : sheets.entrySet()) {
            sheet.getValue().write(shot("state-" + sheet.getKey()));
            pictures.add("state-" + sheet.getKey());
        }
        for (String name : pictures) {
            assertTrue(Files.exists(Path.of("docs/images", name + ".png")), name);
        }
    }

    /** @param words five for the room, the others in private */
    private void showDesk(String language, String group, List<String> names, List<String> words) throws Exception {
        Page me = breakable(chromium.page(language));
        me.navigate(url());
        assertThat(me.locator("#login-form")).isVisible();
        take(me, language, "login");
        logIn(me, group, "17", names.get(0));
        take(me, language, "empty-room");
        Page other = agent(group, "18", names.get(1), language);
        Page third = agent(group, "19", names.get(2), language);
        talkTo(me, "18");
        take(me, language, "empty-private");
        me.click("[data-conversation=room]");
        List<Page> speakers = List.of(other, third, other, third, me);
        for (int n = 0; n < speakers.size(); n++) {
            say(speakers.get(n), words.get(n));
            hears(me, words.get(n).replace("`", ""));
        }
        talkTo(other, "17");
        say(other, words.get(5));
        assertThat(me.locator("[data-conversation='agent:18'] [data-testid=unread]"))
                .hasText("1");
        me.setViewportSize(1440, 810);
        assertAccessible(me, "with the details beside, " + language);
        picture(me, "desk-" + language);
        showList(me, language);
        talkTo(me, "18");
        say(me, words.get(6));
        hears(other, words.get(6));
        showPrivate(me, language);
        showTroubles(me, other, language, words.subList(7, 11));
        for (Page page : List.of(me, other, third)) {
            page.context().close();
        }
    }

    private void showList(Page me, String language) throws Exception {
        me.setViewportSize(340, 600);
        me.click("#back");
        take(me, language, "unread");
        me.fill("#search", "E1042");
        take(me, language, "search");
        me.fill("#search", "");
        me.click("#status");
        take(me, language, "states");
        me.keyboard().press("Escape");
    }

    private void showPrivate(Page me, String language) throws Exception {
        me.setViewportSize(1440, 810);
        me.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(me, "desk-dark-" + language);
        me.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        me.setViewportSize(390, 700);
        picture(me, "desk-phone-" + language);
        me.click("#back");
        picture(me, "desk-list-" + language);
        talkTo(me, "18");
        push(
                url(),
                "41",
                "{\"method\":\"card_push\",\"about\":\"18\",\"title\":\"Order 20731\",\"fields\":{\"total\":\"129.00\",\"paid\":\"yes\"}}");
        push(
                url(),
                "42",
                "{\"method\":\"card_push\",\"about\":\"18\",\"title\":\"订单 20731\",\"fields\":{\"金额\":\"129.00\",\"已付款\":\"是\"}}");
        me.click("#details-toggle");
        assertThat(me.locator("[data-testid=card]")).isVisible();
        take(me, language, "details");
        me.click("#details-close");
        me.click("[popovertarget=settings]");
        assertAccessible(me, "settings, " + language);
        me.click("#show-help");
        take(me, language, "help");
        me.keyboard().press("Escape");
    }

    private void showTroubles(Page me, Page other, String language, List<String> words) throws Exception {
        me.evaluate("() => { window.deaf = true; }");
        say(me, words.get(0));
        hears(other, words.get(0));
        take(me, language, "sending");
        me.evaluate("() => { window.deaf = false; }");
        breakLine(me, "1006, reason: ''");
        assertThat(me.locator("[data-status=pending]")).hasCount(0);

        String name = other.locator("#me bdi").textContent();
        other.click("#logout");
        assertThat(me.locator("[data-testid=peer-offline]")).isVisible();
        say(me, words.get(1));
        assertThat(me.locator("[data-status=failed]")).hasCount(1);
        take(me, language, "failed");
        me.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        assertAccessible(me, "in the colours of the system");
        me.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.NONE));
        logIn(other, language.equals("zh") ? "42" : "41", "18", name);
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
        say(me, words.get(2));
        take(me, language, "offline");
        me.context().setOffline(false);
        me.evaluate("() => dispatchEvent(new Event('online'))");
        isOnline(me);
        hears(other, words.get(2));

        me.fill("#message-input", words.get(3));
        me.click("#logout");
        take(me, language, "logout");
        me.keyboard().press("Escape");
        breakLine(me, "4001, reason: ''");
        assertThat(me.locator("#notice")).isVisible();
        assertThat(me.locator("#connection[data-lost]")).hasCount(0); // the notice says it
        take(me, language, "taken-over");
    }

    /** One of its own, not in a sheet. */
    private void picture(Page page, String name) throws Exception {
        page.screenshot(new Page.ScreenshotOptions()
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setPath(shot(name)));
        pictures.add(name);
    }

    private static void push(String application, String group, String message) throws Exception {
        ApiClient api = new ApiClient(application + "api", System.getProperty("kefu.it.api.key"));
        String body = "{\"to\":{\"group\":\"%s\"},\"message\":%s}".formatted(group, message);
        assertEquals(200, api.call("POST", "/push", body).status());
    }

    private void showService(String language, String name) throws Exception {
        Page page = chromium.page(language);
        page.navigate(SERVICE);
        page.fill("#login-token", "not a token");
        page.click("#login-submit");
        assertThat(page.locator("#login-error")).not().isEmpty();
        take(page, language, "refused");
        page.fill("#login-token", token(language, name, 1000));
        page.click("#login-submit");
        isOnline(page);
        take(page, language, "empty-events");
        push(SERVICE, language, "{\"method\":\"new_order\",\"id\":20731,\"customer\":\"Müller\",\"total\":\"129.00\"}");
        push(SERVICE, language, "{\"method\":\"shift\",\"from\":\"08:00\",\"until\":\"18:00\",\"with\":[17,18]}");
        assertThat(page.locator("[data-testid=push]")).hasCount(2);
        take(page, language, "events");
        awaitWayBack(page);
        page.evaluate("next => location.hash = 'token=' + next", token(language, name, 40));
        assertThat(page.locator("#renewal")).isVisible();
        take(page, language, "renewal");
        page.addInitScript("""
                window.WebSocket = class {
                  constructor() {
                    setTimeout(() => this.onclose({ code: 1012, reason: 'retry=60000' }));
                  }
                  close() {}
                };
                """);
        awaitWayBack(page);
        page.reload();
        assertThat(page.locator("#starting-text")).not().isEmpty();
        take(page, language, "starting");
        page.context().close();
    }

    /** On the phone the talk was an entry of its own in the history: waits until the page has left it. That would end a move of the test's. */
    private static void awaitWayBack(Page page) {
        page.waitForFunction("() => !history.state?.depth");
    }

    private static String token(String language, String name, int seconds) {
        return SignedTokens.hs256("{\"sub\":\"17\",\"name\":%s,\"bid\":\"%s\",\"exp\":%d}"
                .formatted(Json.text(name), language, SignedTokens.in(seconds)));
    }

    /** The gateway keeps the session. @param close code and reason that the page hears */
    private static void breakLine(Page page, String close) {
        page.evaluate("() => { window.ends.push({ code: " + close + " }); window.line.close(4000); }");
    }

    /** Looks at all that there is of a state, and leaves the page as it was. */
    private void take(Page page, String language, String state) throws IOException {
        page.setViewportSize(820, 600);
        byte[] light = picture(page, state, ColorScheme.LIGHT);
        if (language.equals("zh")) {
            assertAccessible(page, state + ", light, on a desktop");
        }
        byte[] dark = picture(page, state, ColorScheme.DARK);
        page.setViewportSize(340, 600);
        byte[] darkPhone = picture(page, state, ColorScheme.DARK);
        if (language.equals("en")) {
            assertAccessible(page, state + ", dark, on a phone");
        }
        byte[] lightPhone = picture(page, state, ColorScheme.LIGHT);
        sheets.computeIfAbsent(state, any -> new ContactSheet()).addRow(List.of(light, lightPhone, dark, darkPhone));
        page.setViewportSize(820, 600);
    }

    private static byte[] picture(Page page, String state, ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertEquals(false, page.evaluate("() => document.documentElement.scrollWidth > innerWidth"), state);
        return page.screenshot(new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED));
    }
}
