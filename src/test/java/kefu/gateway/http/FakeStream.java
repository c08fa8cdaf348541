package kefu.gateway.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** A client whose stream a container serves, by the rules for responses that are written without waiting. Thread-safe. */
final class FakeStream {
    private final Out out = new Out();
    private final Streams streams;
    private volatile boolean completed;
    private long next = 1;

    /** Takes what is written until it is to stop. A write without asking, or one where it has said no, is a fault. */
    private static final class Out extends ServletOutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private @Nullable WriteListener listener;
        private boolean stuck;
        private boolean asked;
        private boolean calls; // when it can take more

        @Override
        public synchronized boolean isReady() {
            asked = !stuck;
            calls |= stuck;
            return !stuck;
        }

        @Override
        public void setWriteListener(WriteListener to) {
            listener = to;
        }

        @Override
        public void write(int one) {
            throw new AssertionError("one by one");
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            assertAsked();
            taken.write(bytes, from, length);
        }

        @Override
        public synchronized void flush() {
            assertAsked();
        }

        private void assertAsked() {
            if (!asked) {
                throw new AssertionError("the container was not asked");
            }
            asked = false;
        }

        synchronized boolean unstick() {
            stuck = false;
            boolean call = calls;
            calls = false;
            return call;
        }
    }

    FakeStream(Streams streams, Version version) throws IOException {
        this.streams = streams;
        HttpServletResponse response =
                fake(HttpServletResponse.class, method -> method.equals("getOutputStream") ? out : null);
        AsyncContext context = fake(AsyncContext.class, method -> {
            completed |= method.equals("complete");
            return method.equals("getResponse") ? response : null;
        });
        streams.open(context, version, "");
        listener().onWritePossible();
    }

    private interface Answers {
        @Nullable Object to(String method);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                FakeStream.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName())));
    }

    private WriteListener listener() {
        return java.util.Objects.requireNonNull(out.listener);
    }

    /** All events so far. */
    List<Event> events() {
        synchronized (out) {
            return Event.parse(out.taken.toString(StandardCharsets.UTF_8));
        }
    }

    /** The data of the events of a type, in their order. */
    List<String> events(String type) {
        return events().stream()
                .filter(event -> event.type().equals(type))
                .map(Event::data)
                .toList();
    }

    List<String> messages() {
        return events().stream().flatMap(event -> event.message().stream()).toList();
    }

    String id() {
        return Json.parse(events().get(0).data()).orElseThrow().asJsonObject().getString("connection");
    }

    boolean isConnected() {
        return streams.find(id()).isPresent();
    }

    boolean hasEnded() {
        return completed;
    }

    /** Reads no more. */
    void stick() {
        synchronized (out) {
            out.stuck = true;
        }
    }

    /** Reads on. */
    void unstick() throws IOException {
        if (out.unstick()) {
            listener().onWritePossible();
        }
    }

    /** The container finds that the client has gone. */
    void breaks() {
        listener().onError(new IOException("broken pipe"));
    }

    /** Posts what comes next. @return the status of the answer */
    int post(Event... events) {
        int status = post(next, events);
        next += events.length;
        return status;
    }

    /** @return the status of the answer */
    int post(long first, Event... events) {
        int[] answer = {404};
        streams.find(id()).ifPresent(there -> there.post(first, List.of(events), status -> answer[0] = status));
        return answer[0];
    }

    int send(String text) {
        return post(Event.message(text));
    }

    void login(String uid) {
        send("{\"method\":\"login\",\"bid\":1,\"customer_id\":\"%s\",\"customer_name\":\"n\"}".formatted(uid));
    }
}
