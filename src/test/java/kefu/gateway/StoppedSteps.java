package kefu.gateway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Holds one step that a gateway asks of its broker or presence, until the test lets it go on. */
final class StoppedSteps implements TestGateway.Between {
    private String step = "";
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();
    private boolean stopped;

    /** The next call of this method stops. */
    void stopAt(String method) {
        step = method;
    }

    /** Whether it has come so far. */
    boolean hasStopped() {
        return stopped;
    }

    void goOn() {
        goesOn.complete(null);
    }

    @Override
    public <T> T use(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(real, method, arguments)));
    }

    private Object call(Object real, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals(step)) {
            step = "";
            stopped = true;
            return goesOn.thenCompose(next -> {
                try {
                    return (CompletionStage<?>) method.invoke(real, arguments);
                } catch (ReflectiveOperationException thrown) {
                    return CompletableFuture.failedFuture(thrown);
                }
            });
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
