package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.Intercepted;

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
        return Intercepted.of(type, real, (method, returned, call) -> call(method, call));
    }

    private Object call(String method, Intercepted.Call call) throws Throwable {
        if (!method.equals(step)) {
            return call.proceed();
        }
        step = "";
        stopped = true;
        return goesOn.thenCompose(next -> {
            try {
                return (CompletionStage<?>) call.proceed();
            } catch (Throwable thrown) {
                return CompletableFuture.failedFuture(thrown);
            }
        });
    }
}
