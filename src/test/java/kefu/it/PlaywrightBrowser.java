package kefu.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A real Chromium or Firefox, and what the pages in it complained about. */
final class PlaywrightBrowser implements AutoCloseable {
    /** Of a connection that has failed, and Firefox's of a style that Playwright takes pictures with. */
    private static final Pattern NO_FAULT = Pattern.compile("WebSocket|\\bws://|\\(style-src-elem\\)");

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Playwright playwright;
    private final Browser browser;

    private PlaywrightBrowser(Function<Playwright, Browser> start) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = start.apply(playwright);
    }

    static PlaywrightBrowser chromium() {
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setExecutablePath(Programs.find("chromium", "chromium", "chromium-browser", "google-chrome"))
                .setArgs(List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync"));
        return new PlaywrightBrowser(playwright -> playwright.chromium().launch(options));
    }

    /** One as it is published, not one that Playwright has made: it is driven by WebDriver BiDi. */
    static PlaywrightBrowser firefox() {
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setChannel("moz-firefox")
                .setExecutablePath(Programs.find("firefox-esr", "firefox-esr", "firefox"));
        return new PlaywrightBrowser(playwright -> playwright.firefox().launch(options));
    }

    /** An empty page in a browser of its own. Who has seen enough closes its context. @param language as en-US */
    Page page(String language) {
        return page(new Browser.NewContextOptions().setLocale(language));
    }

    Page page(Browser.NewContextOptions options) {
        Page page = browser.newContext(options).newPage();
        page.onPageError(this::complained);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.location().contains("/chat/stream")) {
                complained(message.text());
            }
        });
        return page;
    }

    private void complained(String what) {
        if (!NO_FAULT.matcher(what).find()) {
            errors.add(what);
        }
    }

    /** What there was since the last time: faults of scripts, and what the page's policy did not let happen. */
    List<String> takeErrors() {
        List<String> taken = new ArrayList<>(errors);
        errors.clear();
        return taken;
    }

    @Override
    public void close() {
        playwright.close();
    }
}
