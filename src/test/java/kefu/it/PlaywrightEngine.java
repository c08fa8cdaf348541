package kefu.it;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;

/** Chromium or Firefox. */
final class PlaywrightEngine implements Engine {
    private final PlaywrightBrowser browser;
    private final Page page;

    PlaywrightEngine(PlaywrightBrowser browser, String language) {
        this.browser = browser;
        page = browser.page(language);
    }

    @Override
    public void open(String url) {
        page.navigate(url);
    }

    @Override
    public void reload() {
        page.reload();
    }

    @Override
    public void click(String selector) {
        page.click(selector);
    }

    @Override
    public void type(String selector, String text) {
        page.locator(selector).pressSequentially(text);
    }

    @Override
    public String evaluate(String expression) {
        return (String) page.evaluate("async () => JSON.stringify((await (" + expression + ")) ?? null)");
    }

    @Override
    public void picture(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    @Override
    public List<String> takeErrors() {
        return browser.takeErrors();
    }

    @Override
    public void close() {
        browser.close();
    }
}
