package kefu.protocol;

import java.util.BitSet;

/**
 * Checks whether a text is one JSON value (RFC 8259), as a browser's {@code JSON.parse} does: nesting may be of any
 * depth, a number of any length, and half a surrogate pair may stand in an escape. Builds nothing, so it is for texts
 * that are passed on as they are. Used once for one text.
 */
final class JsonSyntax {
    private static final int HEX_DIGITS = 4;

    private final String text;
    private int at;

    private JsonSyntax(String text) {
        this.text = text;
    }

    static boolean isJson(String text) {
        return new JsonSyntax(text).isValue();
    }

    private boolean isValue() {
        BitSet objects = new BitSet(); // of the containers that are open: which are objects
        int depth = 0;
        while (true) {
            skipSpace();
            boolean object = isNext('{');
            if (object || isNext('[')) {
                at++;
                skipSpace();
                if (!isNext(object ? '}' : ']')) {
                    objects.set(depth++, object);
                    if (object && !isMemberName()) {
                        return false;
                    }
                    continue;
                }
                at++; // it is empty
            } else if (!isScalar()) {
                return false;
            }
            // a value has ended, and with it perhaps what it is in
            for (skipSpace(); depth > 0 && isNext(objects.get(depth - 1) ? '}' : ']'); skipSpace()) {
                at++;
                depth--;
            }
            if (depth == 0) {
                return at == text.length();
            }
            if (!take(',')) {
                return false;
            }
            skipSpace();
            if (objects.get(depth - 1) && !isMemberName()) {
                return false;
            }
        }
    }

    private boolean isMemberName() {
        if (!isString()) {
            return false;
        }
        skipSpace();
        return take(':');
    }

    private boolean isScalar() {
        if (at == text.length()) {
            return false;
        }
        return switch (text.charAt(at)) {
            case '"' -> isString();
            case 't' -> isWord("true");
            case 'f' -> isWord("false");
            case 'n' -> isWord("null");
            default -> isNumber();
        };
    }

    private boolean isWord(String word) {
        boolean found = text.startsWith(word, at);
        at += word.length();
        return found;
    }

    private boolean isString() {
        if (!take('"')) {
            return false;
        }
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c < ' ' || (c == '\\' && !isEscape())) {
                return false;
            }
        }
        return false;
    }

    private boolean isEscape() {
        if (at == text.length()) {
            return false;
        }
        char c = text.charAt(at++);
        if (c != 'u') {
            return "\"\\/bfnrt".indexOf(c) >= 0;
        }
        for (int end = at + HEX_DIGITS; at < end; at++) {
            if (at == text.length() || Character.digit(text.charAt(at), 16) < 0 || text.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private boolean isNumber() {
        take('-');
        if (!take('0') && !isDigits()) {
            return false;
        }
        if (take('.') && !isDigits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return isDigits();
        }
        return true;
    }

    /** Takes one digit or more. */
    private boolean isDigits() {
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at > begin;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean isNext(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean take(char c) {
        boolean next = isNext(c);
        at += next ? 1 : 0;
        return next;
    }
}
