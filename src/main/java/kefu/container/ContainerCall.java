package kefu.container;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.UndeclaredThrowableException;
import java.security.PrivilegedAction;
import javax.security.auth.Subject;

/**
 * Calls a method of the container so that a thread which the container starts meanwhile keeps no class loader of ours.
 *
 * <p>Tomcat calls the handler of a send on its pool, which may start a thread for it. Up to Java 23 a thread keeps the
 * protection domain of every class on the stack that started it (its inherited access control context), and so do the
 * threads that it starts. A class of ours on that stack keeps the class loader of a stopped deployment. A privileged
 * action cuts the stack off, except for the action's own class and its caller's. So both must be classes of the JDK.
 */
public final class ContainerCall {
    /** {@link Session#close(CloseReason)}. */
    public static final ContainerCall CLOSE = new ContainerCall(Session.class, "close", CloseReason.class);

    private static final boolean THREADS_INHERIT = Runtime.version().feature() < 24;

    private final MethodHandle method;

    /** @param name the name of a public method. Its result is not used */
    public ContainerCall(Class<?> of, String name, Class<?>... parameters) {
        this(find(of, name, parameters));
    }

    /** @param method without a result */
    ContainerCall(MethodHandle method) {
        this.method = method;
    }

    private static MethodHandle find(Class<?> of, String name, Class<?>... parameters) {
        try {
            return MethodHandles.publicLookup().unreflect(of.getMethod(name, parameters));
        } catch (ReflectiveOperationException notThisApi) {
            throw new IllegalStateException(notThisApi);
        }
    }

    /** Calls the method. @param receiverAndArguments the receiver first */
    public void on(Object... receiverAndArguments) throws IOException {
        try {
            run(MethodHandleProxies.asInterfaceInstance(
                    PrivilegedAction.class, MethodHandles.insertArguments(method, 0, receiverAndArguments)));
        } catch (UndeclaredThrowableException failed) { // the action declares no checked exception
            if (failed.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw failed;
        }
    }

    /** @param action of a class of the JDK's */
    @SuppressWarnings("removal") // not called where threads inherit nothing, so it may go
    private static void run(PrivilegedAction<?> action) {
        if (THREADS_INHERIT) {
            Subject.doAsPrivileged(null, action, null);
        } else {
            action.run();
        }
    }
}
