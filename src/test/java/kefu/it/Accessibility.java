package kefu.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The rules of axe-core, as JavaScript. */
final class Accessibility {
    /** A promise of what a page violates: a list, which is empty where all is well. */
    static final String VIOLATIONS = """
            (async () => {
              const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
              await Promise.all(ending.map(({ finished }) => finished));
              const system = matchMedia('(forced-colors: active)').matches; // its colours are not seen by that rule
              const rules = { 'color-contrast': { enabled: !system } };
              const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
              return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
            })()""";

    private Accessibility() {}

    /** A script that brings the rules into a page. */
    static String rules() throws IOException {
        try (InputStream rules = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            return new String(rules.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
