package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** An agent at the page, with a browser and a line of their own. */
final class EngineAgent implements AutoCloseable {
    private static final String STATE = "document.querySelector('#connection').dataset.state";
    private static final String TEXTS =
            "[...document.querySelectorAll('[data-testid=message-content]')].map(one => one.textContent)";

    final String name;
    final CutLine line;
    private final Engine engine;

    /** @param name of the engine, and of the agent */
    EngineAgent(String name, Engine engine, URI gateway) throws IOException {
        this.name = name;
        this.engine = engine;
        line = new CutLine(gateway);
    }

    void open() {
        URI gateway = line.url();
        engine.open("http://" + gateway.getAuthority() + gateway.resolve(".").getPath());
        seesForm();
    }

    void logIn(String group) {
        engine.type("#login-group", group);
        engine.type("#login-id", name);
        engine.type("#login-name", name);
        engine.click("#login-submit");
        isOnline();
    }

    void reload() {
        engine.reload();
        isOnline();
    }

    /** Goes to another page in the same tab. */
    void leave() {
        engine.open("about:blank");
    }

    /** Whether the page shows an agent as online at this moment. */
    boolean seesNow(String id) {
        return engine.evaluate("!!document.querySelector(`#conversation-list [data-customer-id='%s'][data-online]`)"
                        .formatted(id))
                .equals("true");
    }

    void logOut() {
        engine.click("#logout");
        seesForm();
    }

    void write(String text) {
        engine.type("#message-input", text);
    }

    void send() {
        engine.click("#send");
    }

    /** Waits until these are there, and watches them until the next load of the page. */
    void watch(List<EngineAgent> agents) {
        String others = agents.stream()
                .filter(other -> other != this)
                .map(other -> "'" + other.name + "'")
                .collect(Collectors.joining(",", "[", "]"));
        String gone =
                "%s.filter(id => !document.querySelector(`#conversation-list [data-customer-id='${id}'][data-online]`))"
                        .formatted(others);
        sees("[]", gone);
        engine.evaluate("""
                (() => {
                  window.left = [];
                  new MutationObserver(() => window.left.push(...%s))
                    .observe(document.querySelector('#conversation-list'), { childList: true, subtree: true, attributes: true });
                })()""".formatted(gone));
    }

    void sawNobodyLeave() {
        sees("[]", "window.left");
    }

    void isOnline() {
        sees("\"online\"", STATE);
    }

    void hasLostTheLine() {
        sees("true", STATE + " !== 'online'");
    }

    void seesForm() {
        sees("true", "!document.querySelector('#login').hidden");
    }

    void finds(String text) {
        sees('"' + text + '"', "document.querySelector('#message-input').value");
    }

    /** Each of these once and nothing else, in whatever order. */
    void hasHeard(List<String> all) {
        sees(
                all.stream().sorted().map(text -> '"' + text + '"').collect(Collectors.joining(",", "[", "]")),
                TEXTS + ".sort()");
    }

    void talksByStreams() {
        sees("true", "performance.getEntriesByType('resource').some(({ name }) => name.includes('/chat/stream'))");
    }

    void hasNothingLeftInTheBrowser() {
        sees("[{},{}]", "[{ ...localStorage }, { ...sessionStorage }]");
        sees("\"\"", "[...document.querySelectorAll('input, textarea')].map(field => field.value).join('')");
    }

    /** By the rules of axe-core. @param state of the page, which is kept as a picture too */
    void findsItAccessible(String state) throws IOException {
        engine.evaluate("(() => {" + Accessibility.rules() + "})()");
        assertEquals("[]", engine.evaluate(Accessibility.VIOLATIONS), name + ", " + state);
        engine.picture(Files.createDirectories(Path.of("target/screenshots"))
                .resolve("engine-" + name.toLowerCase(java.util.Locale.ROOT) + "-" + state + ".png"));
    }

    void hadNoErrors() {
        assertEquals(List.of(), engine.takeErrors(), name);
    }

    /** Waits until an expression has this value, as JSON; fails after 30 s, and says what it is then. */
    private void sees(String expected, String expression) {
        String last = engine.evaluate("""
                new Promise(resolve => {
                  const end = Date.now() + 30_000;
                  const look = () => {
                    const now = %s;
                    if (JSON.stringify(now) === '%s' || Date.now() > end) resolve(now);
                    else setTimeout(look, 50);
                  };
                  look();
                })""".formatted(expression, expected));
        assertEquals(expected, last, name + ": " + expression);
    }

    @Override
    public void close() throws IOException {
        engine.close();
        line.close();
    }
}
