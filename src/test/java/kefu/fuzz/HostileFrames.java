package kefu.fuzz;

import java.util.List;

/** Messages of a client: of both versions, right and wrong. */
final class HostileFrames {
    /** Few, so that they meet. */
    private static final List<String> GROUPS =
            List.of("3", "\"3\"", "\"g\"", "3.0", "\"\\u0000\"", "\"张\"", "\"<b>\"", "\"g:3\"");

    private static final List<String> AGENTS =
            List.of("17", "\"17\"", "\"a\"", "-0", "\"\\r\\n\"", "\"all\"", "\"u:17\"");
    private static final List<String> METHODS = List.of(
            "order/list", "say", "login", "logout", "kefu.status", "resume", "token", "order/中文", "LOGIN", "beat");

    private final Hostile hostile;
    private final List<String> tokens;

    /** @param tokens that logins may bring, as they are; empty: none */
    HostileFrames(Hostile hostile, List<String> tokens) {
        this.hostile = hostile;
        this.tokens = tokens;
    }

    /** One message. */
    String next() {
        return switch (hostile.upTo(40)) {
            case 0 -> "beat";
            case 1 -> hostile.value();
            case 2 -> hostile.text();
            case 3 -> hostile.nested(hostile.oneIn(10) ? 10_000 : 600);
            case 4 -> "7".repeat(hostile.oneIn(2) ? 10_000 : 1_100);
            default -> hostile.spoilt(call());
        };
    }

    private String call() {
        return switch (hostile.upTo(10)) {
            case 0, 1, 2 -> login();
            case 3, 4, 5 ->
                with(
                        "method",
                        "\"say\"",
                        "to",
                        hostile.oneIn(2) ? "\"all\"" : hostile.one(AGENTS),
                        "content",
                        hostile.quoted(hostile.text()));
            case 6 -> with("method", "\"logout\"");
            case 7 -> with("method", "\"resume\"", "ticket", hostile.quoted(hostile.text()), "try", "1");
            case 8 -> with("method", "\"token\"", "token", token());
            default -> with("method", hostile.quoted(hostile.oneIn(2) ? hostile.text() : hostile.one(METHODS)));
        };
    }

    private String login() {
        String[] members = {
            "method",
            "\"login\"",
            "bid",
            hostile.one(GROUPS),
            "customer_id",
            hostile.one(AGENTS),
            "customer_name",
            hostile.quoted(hostile.text())
        };
        if (!tokens.isEmpty()) {
            members = plus(members, "token", token());
        }
        return hostile.oneIn(4) ? with(plus(members, "channels", channels())) : with(members);
    }

    private String token() {
        return hostile.oneIn(8) || tokens.isEmpty()
                ? hostile.quoted(hostile.spoilt("eyJhbGciOiJub25lIn0.e30."))
                : "\"" + (hostile.oneIn(8) ? hostile.one(tokens).replace('A', 'B') : hostile.one(tokens)) + "\"";
    }

    private String channels() {
        return hostile.object(
                "g:3",
                hostile.object("epoch", "\"x-0\"", "off", "0"),
                "all",
                hostile.object("epoch", "\"\"", "off", "1e9"));
    }

    /** An id is used again at times, for the same and for another request. */
    private String with(String... members) {
        return switch (hostile.upTo(4)) {
            case 0 -> hostile.object(plus(members, "id", hostile.quoted("i-" + hostile.upTo(5))));
            case 1 -> hostile.object(plus(members, "id", "\"i-" + hostile.upTo(1_000_000) + "\"", "again", "true"));
            default -> hostile.object(members);
        };
    }

    private static String[] plus(String[] members, String... more) {
        String[] all = java.util.Arrays.copyOf(members, members.length + more.length);
        System.arraycopy(more, 0, all, members.length, more.length);
        return all;
    }
}
