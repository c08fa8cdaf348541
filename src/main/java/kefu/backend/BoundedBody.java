package kefu.backend;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects the body of an answer up to a bound. A longer body fails, and its connection is closed. */
final class BoundedBody implements BodySubscriber<ByteBuffer> {
    private final int maxBytes;
    private final List<ByteBuffer> parts = new ArrayList<>(1);
    private final CompletableFuture<ByteBuffer> body = new CompletableFuture<>();
    private int bytes;
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;
    private volatile boolean tooLong;

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<ByteBuffer> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        synchronized (this) {
            subscription = to;
            if (!cancelled) {
                to.request(Long.MAX_VALUE);
                return;
            }
        }
        to.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> more) {
        for (ByteBuffer part : more) {
            if (part.remaining() > maxBytes - bytes) {
                tooLong = true;
                cancel();
                return;
            }
            bytes += part.remaining();
            parts.add(part);
        }
    }

    /** Whether the body was longer than the bound. */
    boolean isTooLong() {
        return tooLong;
    }

    @Override
    public void onError(Throwable fault) {
        body.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {
        if (parts.size() == 1) {
            body.complete(parts.get(0));
            return;
        }
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        parts.forEach(whole::put);
        body.complete(whole.flip());
    }

    /** Stops reading the body, and closes its connection. */
    void cancel() {
        Flow.Subscription from;
        synchronized (this) {
            cancelled = true;
            from = subscription;
        }
        if (from != null) {
            from.cancel();
        }
        parts.clear();
        body.completeExceptionally(new IOException("cancelled"));
    }
}
