package kefu.chaos;

import java.util.List;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param faults what must not happen, with how often it did
 * @param explanations of some clients with a fault: what has led to it, by their ids
 * @param lines for people
 * @param sleptPastTheGrace how often a client slept for so long that its session ended
 */
public record Report(
        Map<String, Integer> faults,
        Map<String, String> explanations,
        List<String> lines,
        Reconnects reconnects,
        int sleptPastTheGrace) {
    /** How many attempts to come back failed in the redeploys whose name begins so. */
    public int failedAttempts(String name) {
        return reconnects.failures(name);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("faults " + faults + "\n" + String.join("\n", lines));
        explanations.forEach(
                (uid, history) -> text.append("\n").append(uid).append("\n  ").append(history));
        return text.toString();
    }
}
