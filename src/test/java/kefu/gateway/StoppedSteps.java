package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.Intercepted;

/** Holds one step that a gateway asks of its broker or presence, until the test lets it go on, or lets it fail. */
final class StoppedSteps implements TestGateway.Between {
    private String step = "";
    private String failing = "";
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();
    private boolean stopped;

    /** The next call of this method stops. */
    void stopAt(String method) {
        step = method;
    }

    /** The next call of this method is done, and says that it has failed. */
    void failAt(String method) {
        failing = method;
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
        if (method.equals(failing)) {
            failing = "";
            call.proceed();
            return CompletableFuture.failedFuture(new IllegalStateException(method));
        }
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
