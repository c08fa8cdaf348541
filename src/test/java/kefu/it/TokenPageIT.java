package kefu.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kefu.auth.SignedTokens;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium, where agents are known by a token or by what the backend says. */
@ArquillianTest
class TokenPageIT extends PageTestbed {
    private static final String ROOT = "http://127.0.0.1:" + Ports.HTTP + "/";
    private static final String TOKENS = ROOT + "tokens/";
    private static final String SCRIPT = "<img src=x onerror='ran=1'><script>ran=1</script>";

    TokenPageIT() {
        super("tokens");
    }

    @Deployment(name = "tokens", testable = false)
    static WebArchive tokens() {
        return new BuiltWar("tokens").with("kefu.backend.url=\nkefu.auth.secret=" + SignedTokens.SECRET + "\n");
    }

    private static String token(String id, String name, String groups, long seconds) {
        return SignedTokens.hs256("{\"sub\":\"" + id + "\",\"name\":" + Json.text(name) + ",\"bid\":" + groups
                + ",\"exp\":" + SignedTokens.in(seconds) + "}");
    }

    /** A page that has logged in with a token that another page has handed in. */
    private Page agent(String token) {
        Page page = chromium.page("en-US");
        page.navigate(TOKENS + "#token=" + token);
        isOnline(page);
        return page;
    }

    /** Within a few seconds, since its token is good for no longer. */
    private static void assertEnds(Page page) {
        assertThat(page.locator("#notice")).isVisible(new IsVisibleOptions().setTimeout(15_000));
    }

    private static void paste(Page page, String token) {
        page.fill("#login-token", token);
        page.click("#login-submit");
    }

    @Test
    void anAgentLogsInWithATokenByTheForm() {
        Page page = chromium.page("en-US");
        page.navigate(TOKENS);
        assertThat(page.locator("#login-token")).isFocused();
        assertThat(page.locator("#login-token")).hasAttribute("type", "password");
        assertThat(page.locator("#login-token")).hasAttribute("autocomplete", "off");
        assertThat(page.locator("#login-id")).isHidden();
        assertThat(page.locator("#login-name")).isHidden();
        assertThat(page.locator("#login-password")).isHidden();
        assertThat(page.locator("#login-warning")).isHidden();

        String token = token("17", "安 & <b>", "\"form\"", 1000);
        paste(page, token);
        isOnline(page);
        assertThat(page.locator("#group")).hasText("Group form");
        assertThat(page.locator("#me")).hasText("安 & <b> (17)");
        assertThat(page.locator("#online-list [data-customer-id='17']")).containsText("you");
        assertFalse(kept(page).contains(token), kept(page));
        assertFalse(page.content().contains(token), "nowhere in the markup");
        assertThat(page.locator("#login-token")).hasValue("");

        page.reload();
        isOnline(page); // nobody is asked for it again
        assertThat(page.locator("#me")).hasText("安 & <b> (17)");
        assertFalse(kept(page).contains(token), kept(page));
        page.click("#logout");
        page.reload();
        assertThat(page.locator("#login-token")).isVisible();
        page.context().close();
    }

    @Test
    void aTokenForSeveralGroupsNeedsTheGroup() {
        Page page = chromium.page("en-US");
        page.navigate(TOKENS);
        String token = token("17", "Ann", "[\"first\",\"second\"]", 1000);
        paste(page, token);
        assertThat(page.locator("#login-error")).containsText("enter the group");
        page.fill("#login-group", "second");
        paste(page, token);
        isOnline(page);
        assertThat(page.locator("#group")).hasText("Group second");
        page.navigate("about:blank");
        page.navigate(TOKENS + "#token=" + token + "&bid=first");
        isOnline(page);
        assertThat(page.locator("#group")).hasText("Group first");
        page.context().close();
    }

    @Test
    void aTokenInTheFragmentLogsInAndIsGoneFromTheAddress() {
        List<String> requested = new CopyOnWriteArrayList<>();
        Page page = chromium.page("en-US");
        page.onRequest(request -> requested.add(request.url() + request.headers()));
        String token = token("17", "Ann", "\"fragment\"", 1000);
        page.navigate(TOKENS + "#token=" + token);
        isOnline(page);
        assertEquals(TOKENS, page.url());
        assertThat(page.locator("#group")).hasText("Group fragment");
        assertFalse(kept(page).contains(token), kept(page));
        assertEquals(
                List.of(),
                requested.stream()
                        .filter(one -> one.contains(token.substring(30)))
                        .toList());
        page.context().close();
    }

    @Test
    void aTokenThatIsNotGoodIsRefusedWithWordsAndOnlyOnce() {
        for (String bad :
                List.of(token("17", "Ann", "\"bad\"", -100), token("17", "Ann", "\"bad\"", 100) + "x", SCRIPT)) {
            List<String> dialled = new CopyOnWriteArrayList<>();
            Page page = chromium.page("en-US");
            page.onWebSocket(socket -> dialled.add(socket.url()));
            watchForTheDesk(page);
            page.navigate(TOKENS);
            paste(page, bad);
            assertThat(page.locator("#login-error")).containsText("the access token is not valid");
            assertEquals(false, page.evaluate("() => window.sawDesk"));
            assertThat(page.locator("#login-token")).isFocused();
            assertThat(page.locator("#login-token")).hasValue("");
            assertThat(page.locator("#desk")).isHidden();
            assertEquals(1, dialled.size());
            assertEquals(false, page.evaluate("() => 'ran' in window"));
            paste(page, token("17", "Ann", "\"bad\"", 1000));
            isOnline(page);
            page.context().close();
        }
    }

    @Test
    void aBadTokenInTheFragmentLeadsToTheForm() {
        Page page = chromium.page("en-US");
        watchForTheDesk(page);
        page.navigate(TOKENS + "#token=" + SCRIPT);
        assertThat(page.locator("#login-error")).containsText("the access token is not valid");
        assertEquals(false, page.evaluate("() => window.sawDesk"));
        assertEquals(TOKENS, page.url());
        assertEquals(false, page.evaluate("() => 'ran' in window"));
        page.context().close();
    }

    @Test
    void whoLogsInByNameWhereATokenIsNeededIsAskedForTheToken() {
        Page page = chromium.page("en-US");
        page.route(
                "**/auth",
                answer -> answer.fulfill(new Route.FulfillOptions().setBody("no JSON")),
                new Page.RouteOptions().setTimes(1)); // as a page that was open before tokens were needed
        page.navigate(TOKENS);
        page.fill("#login-group", "late");
        page.fill("#login-id", "17");
        page.fill("#login-name", "Ann");
        page.click("#login-submit");
        assertThat(page.locator("#login-error")).containsText("not allowed");
        assertThat(page.locator("#login-token")).isFocused();
        paste(page, token("17", "Ann", "\"late\"", 1000));
        isOnline(page);
        page.context().close();
    }

    @Test
    void aScriptInATokenIsTextAndRunsNowhere() {
        Page page = agent(token(
                "17\u003cimg src=x onerror='ran=1'>",
                "Ann" + SCRIPT,
                Json.text("script" + SCRIPT).toString(),
                1000));
        assertThat(page.locator("#group")).hasText("Group script" + SCRIPT);
        assertThat(page.locator("#me")).hasText("Ann" + SCRIPT + " (17<img src=x onerror='ran=1'>)");
        assertEquals(false, page.evaluate("() => 'ran' in window"));
        page.context().close();
    }

    @Test
    void aTokenThatIsAboutToEndIsRenewed() throws IOException {
        Page page = agent(token("17", "Ann", "\"renew\"", 20));
        assertThat(page.locator("#renewal-text")).containsText("ends within a minute");
        assertAccessible(page, "renewal");
        page.fill("#renewal-token", token("18", "Bob", "\"renew\"", 1000));
        page.keyboard().press("Enter");
        assertThat(page.locator("#renewal-text")).containsText("not yours");
        assertThat(page.locator("#renewal-token")).isFocused();
        isOnline(page);

        String token = token("17", "Ann", "\"renew\"", 1000);
        page.keyboard().insertText(token);
        page.click("#renewal-submit");
        assertThat(page.locator("#renewal")).isHidden();
        assertThat(page.locator("#message-input")).isFocused();
        assertFalse(kept(page).contains(token), kept(page));
        isOnline(page);
        page.context().close();
    }

    @Test
    void thePageAroundHandsInTheNextToken() {
        Page page = agent(token("17", "Ann", "\"handed\"", 20));
        assertThat(page.locator("#renewal")).isVisible();
        page.evaluate("next => location.hash = 'token=' + next", token("17", "Ann", "\"handed\"", 1000));
        assertThat(page.locator("#renewal")).isHidden();
        assertEquals(TOKENS, page.url());
        isOnline(page);
        page.click("#logout");
        page.evaluate("next => location.hash = 'token=' + next", token("18", "Bob", "\"handed\"", 1000));
        assertThat(page.locator("#me")).hasText("Bob (18)");
        page.context().close();
    }

    @Test
    void whenTheTokenHasEndedThePageSaysSoAndWaitsForTheAgent() {
        Page page = agent(token("17", "Ann", "\"ends\"", 5));
        List<String> dialled = new CopyOnWriteArrayList<>();
        page.onWebSocket(socket -> dialled.add(socket.url()));
        page.fill("#message-input", "seen before");
        page.click("#send");
        assertThat(page.locator("[data-testid=message-content]")).hasText("seen before");
        assertThat(page.locator("#renewal")).isVisible();
        assertEnds(page);
        assertThat(page.locator("#notice")).containsText("Your login has ended");
        assertThat(page.locator("#renewal")).isHidden();
        assertThat(page.locator("#connection")).hasAttribute("data-state", "closed");
        page.evaluate("() => dispatchEvent(new Event('online'))");
        assertThat(page.locator("#connection")).hasAttribute("data-state", "closed");
        assertEquals(List.of(), dialled);

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in again"))
                .click();
        assertThat(page.locator("#login-token")).isFocused();
        paste(page, token("17", "Ann", "\"ends\"", 1000));
        isOnline(page);
        assertThat(page.locator("#notice")).isHidden();
        assertThat(page.locator("[data-testid=message-content]")).hasText("seen before");
        page.context().close();
    }

    @Test
    void whatOneAgentSaidIsNotShownToTheNext() {
        Page page = agent(token("17", "Ann", "\"next\"", 6));
        page.fill("#message-input", "Ann's");
        page.click("#send");
        assertEnds(page);
        page.click("#login-again");
        paste(page, token("18", "Bob", "\"next\"", 1000));
        isOnline(page);
        assertThat(page.locator("#me")).hasText("Bob (18)");
        assertThat(page.locator("[data-testid=message-content]")).hasCount(0);
        page.context().close();
    }
}
