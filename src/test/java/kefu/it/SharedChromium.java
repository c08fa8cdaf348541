package kefu.it;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/** One Chromium for all tests of the page: the first one starts it, and it ends after the last test of all. */
final class SharedChromium implements TestInstancePostProcessor {
    private record Started(PlaywrightBrowser browser) implements CloseableResource {
        @Override
        public void close() {
            browser.close();
        }
    }

    @Override
    public void postProcessTestInstance(Object test, ExtensionContext context) {
        ((PageTestbed) test).chromium = context.getRoot()
                .getStore(Namespace.create(SharedChromium.class))
                .getOrComputeIfAbsent("chromium", any -> new Started(PlaywrightBrowser.chromium()), Started.class)
                .browser();
    }
}
