package kefu.gateway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets the n-th step fail that a gateway asks of its broker, presence, authentication and backend, counted together. */
final class Faults implements TestGateway.Between {
    /** How a step fails. */
    enum Kind {
        THROWN,
        FAILED,
        /** It was done, and the gateway does not get to know that. */
        FAILED_WHEN_DONE
    }

    /** What cannot fail: the start, the stop, and what only says how things are set. */
    private static final Set<String> SAFE =
            Set.of("listen", "watch", "close", "mode", "tokens", "toString", "hashCode");

    private final Kind kind;
    private final int step;
    private int steps;
    private boolean over;

    Faults(Kind kind, int step) {
        this.kind = kind;
        this.step = step;
    }

    /** Whether there were so many steps that one has failed. */
    boolean hit() {
        return steps >= step;
    }

    /** From now on all is well. */
    void end() {
        over = true;
    }

    @Override
    public <T> T use(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(real, method, arguments)));
    }

    private Object call(Object real, Method method, Object[] arguments) throws Throwable {
        boolean fails = !SAFE.contains(method.getName()) && !over && ++steps == step;
        IllegalStateException fault = new IllegalStateException("step " + step + ": " + method.getName());
        boolean throwsIt = kind == Kind.THROWN || method.getReturnType() != CompletionStage.class;
        if (fails && throwsIt) {
            throw fault;
        }
        if (fails && kind == Kind.FAILED) {
            return CompletableFuture.failedFuture(fault);
        }
        try {
            Object result = method.invoke(real, arguments);
            return fails ? CompletableFuture.failedFuture(fault) : result;
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
