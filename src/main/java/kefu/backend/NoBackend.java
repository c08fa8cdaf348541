package kefu.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stands for a backend where there is none: it knows no method. */
public final class NoBackend implements Backend {
    private static final int NOT_FOUND = 404;

    @Override
    public CompletionStage<Answer> call(Call call) {
        return CompletableFuture.completedFuture(new Failed(NOT_FOUND));
    }

    @Override
    public void close() {
        // nothing to stop
    }
}
