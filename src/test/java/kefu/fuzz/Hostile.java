package kefu.fuzz;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes input as an attacker would: what is allowed, what nearly is, and what is not at all. The same seed makes the same. */
public final class Hostile {
    /** Texts that have broken other programs. None has in it what an answer must not show. */
    public static final List<String> TEXTS = List.of(
            "",
            "0",
            "all",
            "beat",
            "../admin",
            "a/../../admin",
            "%2e%2e/admin",
            "..%2fadmin",
            "a//b",
            "/admin",
            "admin/",
            "a\\..\\b",
            "a?x=1",
            "a#b",
            "a;jsessionid=1",
            "a\r\nX-Kefu-Bid: 1",
            "a\0b",
            "a\u2044b",
            "a\uff0fb",
            "\uff0e\uff0e/admin",
            "a\u202eb",
            "a\u2028b",
            "\ufeff",
            "\u0130\u0131\u00df",
            "e\u0301\u0327".repeat(20),
            "\ud83d\ude00",
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "&lt;b&gt;&amp;",
            "'; drop table agents; --",
            "${jndi:ldap://127.0.0.1/x}",
            "{\"method\":\"login\"}",
            "g:3",
            "u:17",
            "c:x",
            "3\n{\"forged\":1}",
            "%s%n%x",
            "*",
            "\u001b[31m");

    private static final List<String> NUMBERS = List.of(
            "0", "-0", "1", "-1", "17", "1.0", "1e0", "1e400", "1e999999999", "-1e-999999999", "9223372036854775808");
    private static final List<String> NO_JSON = List.of(
            "NaN",
            "Infinity",
            "+1",
            "01",
            ".5",
            "1.",
            "1e",
            "0x10",
            "undefined",
            "'x'",
            "nul",
            "tru",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{1:2}",
            "[",
            "{",
            "]",
            "}",
            "/**/1",
            "\"\n\"",
            "\"\u0000\"");
    private static final String STRANGE =
            "\0\u0001\t\n\r \"\\/{}[]:,-+.eE0159\u007f\u0085\u00a0\u2028\ud800\udc00\ufeff\uffff";

    private final Random random;

    public Hostile(long seed) {
        this.random = new Random(seed);
    }

    public int upTo(int bound) {
        return random.nextInt(bound);
    }

    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    public <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Any text at all; rarely a very long one. */
    public String text() {
        return switch (upTo(8)) {
            case 0 -> "x".repeat(1 + upTo(300));
            case 1 -> oneIn(20) ? "张".repeat(upTo(40_000)) : "\ud83d\ude00".repeat(126 + upTo(5));
            case 2 -> characters(1 + upTo(20));
            default -> one(TEXTS);
        };
    }

    private String characters(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.appendCodePoint(oneIn(2) ? STRANGE.charAt(upTo(STRANGE.length())) : upTo(0x110000));
        }
        return text.toString();
    }

    /** A text as JSON. Half a surrogate pair stays one, escaped or not. */
    public String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < ' ' || oneIn(40)) {
                json.append("\\u%04x".formatted((int) c));
            } else if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Any JSON value, and at times none. */
    public String value() {
        return value(0);
    }

    private String value(int depth) {
        int kind = upTo(depth > 3 ? 6 : 10);
        return switch (kind) {
            case 0 -> one(List.of("null", "true", "false"));
            case 1 -> oneIn(20) ? "7".repeat(990 + upTo(20)) : one(NUMBERS);
            case 2 -> oneIn(3) ? one(NO_JSON) : one(NUMBERS);
            case 3, 4, 5 -> quoted(text());
            case 6 -> list(() -> value(depth + 1), "[", "]");
            case 7 -> list(() -> quoted(text()) + ":" + value(depth + 1), "{", "}");
            case 8 -> oneIn(10) ? nested(490 + upTo(20)) : nested(1 + upTo(20));
            default -> oneIn(50) ? "[" + "1,".repeat(3_000) + "1]" : "[]";
        };
    }

    private String list(Supplier<String> item, String open, String close) {
        StringBuilder list = new StringBuilder(open);
        int count = upTo(5);
        for (int i = 0; i < count; i++) {
            list.append(i == 0 ? "" : ",").append(item.get());
        }
        return list.append(close).toString();
    }

    /** So many arrays in each other, or objects. */
    public String nested(int depth) {
        return oneIn(2) ? "[".repeat(depth) + "]".repeat(depth) : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    /** An object of these members, names and values in turn; each may be missing, twice there, or another value. */
    public String object(String... members) {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < members.length; i += 2) {
            for (int times = oneIn(25) ? upTo(3) : 1; times > 0; times--) {
                object.append(object.length() == 1 ? "" : ",")
                        .append(oneIn(80) ? quoted(text()) : "\"" + members[i] + "\"")
                        .append(':')
                        .append(oneIn(12) ? value() : members[i + 1]);
            }
        }
        if (oneIn(20)) {
            object.append(object.length() == 1 ? "" : ",")
                    .append(quoted(text()))
                    .append(':')
                    .append(value());
        }
        return object.append('}').toString();
    }

    /** The text as it is, or with a few things done to it. */
    public String spoilt(String text) {
        StringBuilder spoilt = new StringBuilder(text);
        for (int times = oneIn(3) ? 1 + upTo(3) : 0; times > 0; times--) {
            int from = upTo(spoilt.length() + 1);
            int to = Math.min(spoilt.length(), from + 1 + upTo(8));
            switch (upTo(7)) {
                case 0 -> spoilt.delete(from, to);
                case 1 -> spoilt.insert(from, characters(1 + upTo(3)));
                case 2 -> spoilt.replace(from, to, String.valueOf(STRANGE.charAt(upTo(STRANGE.length()))));
                case 3 -> spoilt.insert(from, spoilt.substring(from, to));
                case 4 -> spoilt.setLength(from);
                case 5 -> spoilt.append(one(NO_JSON));
                default -> spoilt.insert(from, one(NO_JSON));
            }
        }
        return spoilt.toString();
    }
}
