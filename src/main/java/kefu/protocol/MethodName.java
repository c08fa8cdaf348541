package kefu.protocol;

/** The rule for {@code method}: segments of letters, digits, {@code _}, {@code -}, {@code .}, apart by single slashes. */
final class MethodName {
    private static final int MAX_CHARS = 128;

    private MethodName() {}

    /** Whether the name may be appended to the backend's address. Such a name cannot leave that path. */
    static boolean isAllowed(String name) {
        if (name.codePointCount(0, name.length()) > MAX_CHARS) {
            return false;
        }
        int start = 0;
        for (int slash; (slash = name.indexOf('/', start)) >= 0; start = slash + 1) {
            if (!isSegment(name.substring(start, slash))) {
                return false;
            }
        }
        return isSegment(name.substring(start));
    }

    private static boolean isSegment(String segment) {
        return !segment.isEmpty() && !segment.equals(".") && !segment.equals("..") && isOfNameCharacters(segment);
    }

    /** A loop, since each request comes here, and a stream takes as long as to parse it. */
    private static boolean isOfNameCharacters(String segment) {
        for (int i = 0, c; i < segment.length(); i += Character.charCount(c)) {
            c = segment.codePointAt(i);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
