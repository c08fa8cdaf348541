package kefu.gateway;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.Intercepted;

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
            Set.of("listen", "watch", "close", "mode", "tokens", "builtInMethods", "toString", "hashCode");

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
        return Intercepted.of(type, real, this::call);
    }

    private Object call(String method, Class<?> returned, Intercepted.Call call) throws Throwable {
        boolean fails = !SAFE.contains(method) && !over && ++steps == step;
        IllegalStateException fault = new IllegalStateException("step " + step + ": " + method);
        boolean throwsIt = kind == Kind.THROWN || returned != CompletionStage.class;
        if (fails && throwsIt) {
            throw fault;
        }
        if (fails && kind == Kind.FAILED) {
            return CompletableFuture.failedFuture(fault);
        }
        Object result = call.proceed();
        return fails ? CompletableFuture.failedFuture(fault) : result;
    }
}
