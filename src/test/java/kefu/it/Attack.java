package kefu.it;

import java.util.Locale;
import kefu.fuzz.Answers;

/**
 * Something that somebody hostile does, over and over.
 *
 * @param name what it is
 * @param refused the regular expression of how it ends
 * @param times how often it is tried where nobody measures
 * @param once tries it once, and says how it ended
 */
record Attack(String name, String refused, int times, Step once) {
    /** One attempt. */
    @FunctionalInterface
    interface Step {
        String tryOn(Target target) throws Exception;
    }

    /** One that a client does on a connection of its own, which it says goodbye to by cutting the line. */
    static Attack byClient(String name, String refused, ClientStep step) {
        return new Attack(name, refused, 1, target -> {
            try (HostileClient client = target.connect()) {
                return step.tryWith(client);
            }
        });
    }

    @FunctionalInterface
    interface ClientStep {
        String tryWith(HostileClient client) throws Exception;
    }

    /** One that is a request over HTTP; how it ends is the status. */
    static Attack byRequest(String name, String refused, RequestOf request) {
        return new Attack(name, refused, 1, target -> status(RawHttp.exchange(target.base(), request.to(target))));
    }

    @FunctionalInterface
    interface RequestOf {
        String to(Target target);
    }

    /** An answer's status; {@code cut}: there was none. What it shows must not be a page of ours or a stack trace. */
    static String status(String answer) {
        if (!answer.toLowerCase(Locale.ROOT).contains("content-type: text/html")) { // a container's own page names it
            Answers.showNothing(answer);
        }
        if (answer.contains("\tat ") || answer.contains("at kefu.")) {
            throw new AssertionError("a stack trace: " + answer);
        }
        return answer.isEmpty() ? "cut" : answer.split("[ \r\n]", 3)[1];
    }

    Attack times(int more) {
        return new Attack(name, refused, more, once);
    }
}
