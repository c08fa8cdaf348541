package kefu.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A real Chromium, and what the pages in it complained about. */
final class Chromium implements AutoCloseable {
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Path executable = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(dir -> Path.of(dir, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No Chromium on the PATH: apt-get install chromium"));
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        return new Chromium(playwright, browser);
    }

    /** An empty page in a browser of its own. Who has seen enough closes its context. @param language as en-US */
    Page page(String language) {
        return page(new Browser.NewContextOptions().setLocale(language));
    }

    Page page(Browser.NewContextOptions options) {
        Page page = browser.newContext(options).newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            boolean isOfTheLine =
                    message.text().contains("WebSocket") || message.location().contains("/chat/stream");
            if (message.type().equals("error") && !isOfTheLine) {
                errors.add(message.text());
            }
        });
        return page;
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
