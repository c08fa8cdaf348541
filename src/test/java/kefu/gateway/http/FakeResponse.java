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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A response of a container that keeps to the rules for writing without waiting. Thread-safe. */
final class FakeResponse {
    private final Out out = new Out();
    private volatile boolean completed;

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

    private interface Answers {
        @Nullable Object to(String method);
    }

    /** The request that it answers. */
    AsyncContext request() {
        HttpServletResponse response =
                fake(HttpServletResponse.class, method -> method.equals("getOutputStream") ? out : null);
        return fake(AsyncContext.class, method -> {
            completed |= method.equals("complete");
            return method.equals("getResponse") ? response : null;
        });
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                FakeResponse.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName())));
    }

    /** Whom the container calls. */
    WriteListener listener() {
        return Objects.requireNonNull(out.listener);
    }

    /** All events so far. */
    List<Event> events() {
        synchronized (out) {
            return Event.parse(out.taken.toString(StandardCharsets.UTF_8));
        }
    }

    boolean isCompleted() {
        return completed;
    }

    /** Takes no more. */
    void stick() {
        synchronized (out) {
            out.stuck = true;
        }
    }

    /** Takes what is written again. */
    void unstick() throws IOException {
        if (out.unstick()) {
            listener().onWritePossible();
        }
    }
}
