package kefu.fuzz;

import java.util.ArrayList;
import java.util.List;
import kefu.protocol.Json;

/**
 * So many cases, each with a generator of its own: one that fails is run again alone. {@code -Dkefu.fuzz.cases},
 * {@code -Dkefu.fuzz.seed} and {@code -Dkefu.fuzz.first} say how many, which and from where on.
 */
public final class Cases {
    private static final long SEED = Long.getLong("kefu.fuzz.seed", 20_260_101);
    private static final int FIRST = Integer.getInteger("kefu.fuzz.first", 0);
    private static final int SHOWN_CHARS = 2_000;
    private static final int SHOWN_INPUTS = 50;

    private Cases() {}

    /** What must hold in each case. */
    @FunctionalInterface
    public interface Property {
        /** @param inputs what is tried, added before it is: shown where it fails */
        void check(Hostile hostile, List<String> inputs) throws Exception;
    }

    /** @param usual how many there are where nobody says how many */
    public static void each(int usual, Property property) {
        int cases = Integer.getInteger("kefu.fuzz.cases", usual);
        for (int i = FIRST; i < FIRST + cases; i++) {
            List<String> inputs = new ArrayList<>();
            try (LoggedFaults faults = new LoggedFaults()) {
                property.check(new Hostile(SEED + 0x9E3779B97F4A7C15L * i), inputs);
                faults.areNone();
            } catch (Exception | AssertionError | StackOverflowError failed) {
                throw new AssertionError(
                        "Case " + i + "; again: -Dkefu.fuzz.seed=" + SEED + " -Dkefu.fuzz.first=" + i
                                + " -Dkefu.fuzz.cases=1\n" + failed + "\n" + shown(inputs),
                        failed);
            }
        }
    }

    private static String shown(List<String> inputs) {
        StringBuilder text = new StringBuilder();
        for (String input : inputs.subList(Math.max(0, inputs.size() - SHOWN_INPUTS), inputs.size())) {
            String quoted = Json.text(input).toString();
            text.append(quoted, 0, Math.min(SHOWN_CHARS, quoted.length())).append('\n');
        }
        return text.toString();
    }
}
