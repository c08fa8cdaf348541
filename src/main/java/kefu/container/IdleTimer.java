package kefu.container;

import jakarta.websocket.Session;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ScheduledExecutorService;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The container's own timeout for a socket that is silent, switched off: the gateway's heartbeat finds those.
 *
 * <p>Tyrus 2.1.5, which Payara has, starts a timer anew for each frame that comes or goes, even where there is no timeout:
 * on Payara's managed executor, which keeps the thread's context for it, and searches the whole class path for that. That was
 * half of what a request cost, and three quarters of a delivery. And it answers pings without a word to the application, on
 * the heap where the client does not read. So there the timer is replaced by this one, which takes no time, and tells of
 * pings.
 */
public final class IdleTimer implements InvocationHandler {
    private static final Logger LOG = Logger.getLogger(IdleTimer.class.getName());
    private static final String TYRUS_SESSION = "org.glassfish.tyrus.core.TyrusSession";

    /** Between the look and what starts the timer for a frame: this class twice, the proxy, the session. */
    private static final int CALLERS = 4;

    private static final StackWalker STACK = StackWalker.getInstance();

    private boolean replaced;
    private volatile boolean own;
    private volatile Runnable pinged = () -> {};
    private int unheard; // by the thread that reads the socket

    private IdleTimer() {}

    public static IdleTimer of(Session socket) {
        IdleTimer timer = new IdleTimer();
        if (socket.getClass().getName().equals(TYRUS_SESSION)) {
            timer.replace(socket);
        }
        socket.setMaxIdleTimeout(0);
        return timer;
    }

    private void replace(Session socket) {
        try {
            Field timer = socket.getClass().getDeclaredField("service");
            timer.setAccessible(true);
            timer.set(
                    socket,
                    Proxy.newProxyInstance(
                            IdleTimer.class.getClassLoader(), new Class<?>[] {ScheduledExecutorService.class}, this));
            replaced = true;
        } catch (ReflectiveOperationException | RuntimeException another) {
            LOG.log(Level.FINE, "This Tyrus keeps its timer", another); // it serves as well, but costs more
        }
    }

    /** Whether the listener of {@link #onPing} is ever called. */
    public boolean tellsOfPings() {
        return replaced;
    }

    /** Who is told of each ping, on the thread that reads the socket. */
    public void onPing(Runnable to) {
        pinged = to;
    }

    /** Whether what starts the timer now is a frame of the gateway's. A ping that comes meanwhile is not told. */
    public void own(boolean is) {
        if (replaced) {
            own = is;
        }
    }

    /** What has come was no ping. On the thread that reads the socket. */
    public void heard() {
        unheard = 0;
    }

    /** The timer is started. */
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        // a ping starts it twice, for its pong too. To read the stack takes longer than all else here
        if (!own && ++unheard > 1 && isPong()) {
            pinged.run();
        }
        return null; // nothing to cancel
    }

    private static boolean isPong() {
        return STACK.walk(callers -> callers.skip(CALLERS).findFirst())
                .map(StackFrame::getMethodName)
                .filter("sendPong"::equals)
                .isPresent();
    }
}
