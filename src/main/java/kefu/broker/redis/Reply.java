package kefu.broker.redis;

import java.util.List;

/** What a script has returned: texts, whole numbers and lists of them. */
record Reply(List<?> values) {
    boolean isEmpty() {
        return values.isEmpty();
    }

    int size() {
        return values.size();
    }

    String text(int at) {
        return (String) values.get(at);
    }

    long number(int at) {
        return (Long) values.get(at);
    }

    Reply list(int at) {
        return new Reply((List<?>) values.get(at));
    }

    List<String> texts() {
        return values.stream().map(String.class::cast).toList();
    }
}
