package kefu.container;

import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a response that other threads than the container's write. Thread-safe.
 *
 * <p>Tomcat's threads hold a lock while they serve a socket, and another thread's write does not. Where such a write fails, one of
 * Tomcat's threads ends the request at the same time, and gives its objects to the next request. Then the rest of the failed write
 * meets them: the next response is broken by an exception that is not its own. So whoever writes takes the lock too.
 */
public final class ResponseSocket {
    private static final Logger LOG = Logger.getLogger(ResponseSocket.class.getName());
    private static final String TOMCAT_RESPONSE = "org.apache.catalina.connector.ResponseFacade";
    private static final String ACTION = "org.apache.coyote.ActionCode";

    /** Tomcat's threads hold the lock for as long as a listener of ours takes, which hands on what there is to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Lock lock;
    private final @Nullable Object coyote; // null: this is not Tomcat

    /** A call of the container. */
    public interface Call<T> {
        T run() throws IOException;
    }

    private ResponseSocket(Lock lock, @Nullable Object coyote) {
        this.lock = lock;
        this.coyote = coyote;
    }

    /** To be called while the container's thread serves the request. */
    public static ResponseSocket of(ServletResponse response) {
        if (isOfTomcat(response)) {
            try {
                Object coyote = call(field(response, "response"), "getCoyoteResponse");
                Object socket = call(field(coyote, "hook"), "getSocketWrapper");
                return new ResponseSocket((Lock) call(socket, "getLock"), coyote);
            } catch (ReflectiveOperationException | RuntimeException another) {
                LOG.log(Level.FINE, "This Tomcat keeps the socket of a response in another way", another);
            }
        }
        return new ResponseSocket(new ReentrantLock(), null);
    }

    /** Payara's class has the same name, and no such actions. */
    private static boolean isOfTomcat(ServletResponse response) {
        try {
            Class.forName(ACTION, false, response.getClass().getClassLoader());
            return response.getClass().getName().equals(TOMCAT_RESPONSE);
        } catch (ClassNotFoundException another) {
            return false;
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private static Object call(Object of, String name) throws ReflectiveOperationException {
        for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == 0) {
                    method.setAccessible(true);
                    return method.invoke(of);
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    /** Calls the container while none of its threads serves the socket. Not to be called on one of its threads. */
    public <T> T locked(Call<T> call) throws IOException {
        try {
            if (!lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the container serves this socket for too long");
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
            throw new IOException(stopNow);
        }
        try {
            return call.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a response whose client does not read, with what it has not read. Does nothing but on Tomcat.
     *
     * <p>To complete such a request would not do: Tomcat waits on a thread of its own until the client has taken the rest. A request
     * that is not completed stays until the connector's timeout, up to a minute. Servlets know no other end, so Tomcat is told by the
     * action with which it closes broken connections itself; it calls the listeners of the request then. Payara waits on no thread,
     * and gives the connection up after 30 s.
     */
    public void abort() {
        if (coyote == null) {
            return;
        }
        try {
            Class<?> action = Class.forName(ACTION, false, coyote.getClass().getClassLoader());
            Object closeNow = action.getField("CLOSE_NOW").get(null);
            ContainerCall call = new ContainerCall(coyote.getClass(), "action", action, Object.class);
            locked(() -> {
                call.on(coyote, closeNow, new IOException("the client does not read"));
                return true;
            });
        } catch (ReflectiveOperationException | IOException | RuntimeException another) {
            LOG.log(Level.FINE, "This Tomcat ends a response in another way", another);
        }
    }
}
