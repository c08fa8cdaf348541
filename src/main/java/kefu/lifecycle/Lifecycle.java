package kefu.lifecycle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * The state of this deployment. Readiness, handshakes, the API and the gateway's methods ask it, so that they never disagree.
 * Thread-safe; calls out under no lock.
 */
public class Lifecycle {
    /** When a caller who is not served may come again. A drain and a handover mostly take less. */
    public static final String RETRY_SECONDS = "1";

    /** What a deployment does. */
    public enum State {
        /** It reads what it needs, and waits for the sessions. It serves nobody yet. */
        STARTING,
        /** It owns the sessions, and serves everybody. */
        OPEN,
        /** It ends what has begun, and begins nothing. Connected clients hear all that is published. */
        DRAINING,
        /** It has handed the sessions over, or has never had them: it changes nothing any more. */
        SEALED
    }

    // guarded by this
    private volatile State state = State.STARTING;
    private CompletableFuture<Void> opened = new CompletableFuture<>();
    private CompletableFuture<Void> callsEnded = new CompletableFuture<>();
    private int calls;
    private volatile Runnable refused = () -> {};
    private volatile BooleanSupplier reachable = () -> true;

    public State state() {
        return state;
    }

    /** Whether clients are served. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether sessions may not change any more: another deployment has them, or will read them. */
    public boolean isSealed() {
        return state == State.SEALED;
    }

    /** Completes when the deployment is {@link State#OPEN}. */
    public synchronized CompletionStage<Void> opened() {
        return opened.copy();
    }

    /**
     * Whether a client or a caller who has come from outside is served. One who is not shows that the container maps requests
     * here, which {@link #onRefused} is told.
     */
    public boolean admits() {
        if (isOpen()) {
            return true;
        }
        refused.run();
        return false;
    }

    /** Whether a proxy is to send clients here. */
    public boolean isReady() {
        return admits() && reachable.getAsBoolean();
    }

    /** @param needed whether what the deployment cannot serve without can be reached. Must not wait */
    public void needs(BooleanSupplier needed) {
        reachable = needed;
    }

    /** @param listener runs for each caller that is not admitted, on the caller's thread. Must not block */
    void onRefused(Runnable listener) {
        refused = listener;
    }

    /** Admits a call and counts it until its {@link #end}. @return false: it is not served */
    public boolean begin() {
        if (!admits()) {
            return false;
        }
        synchronized (this) {
            if (state != State.OPEN) { // it has just begun to drain
                return false;
            }
            calls++;
            return true;
        }
    }

    /** A call that has {@link #begin begun} has ended. */
    public void end() {
        CompletableFuture<Void> last = null;
        synchronized (this) {
            calls--;
            if (calls == 0 && state != State.OPEN) {
                last = callsEnded;
            }
        }
        if (last != null) {
            last.complete(null);
        }
    }

    /** Completes when all calls have ended that had begun before the drain. */
    public CompletionStage<Void> callsEnded() {
        CompletableFuture<Void> ended;
        synchronized (this) {
            ended = callsEnded;
            if (calls > 0) {
                return ended;
            }
        }
        ended.complete(null);
        return ended;
    }

    /** STARTING becomes OPEN. @return false: it was in another state */
    public boolean open() {
        CompletableFuture<Void> now;
        synchronized (this) {
            if (state != State.STARTING) {
                return false;
            }
            state = State.OPEN;
            now = opened;
        }
        now.complete(null);
        return true;
    }

    /** OPEN becomes DRAINING. @return false: it was in another state */
    public synchronized boolean drain() {
        if (state != State.OPEN) {
            return false;
        }
        state = State.DRAINING;
        return true;
    }

    /** Every state becomes SEALED. */
    public synchronized void seal() {
        state = State.SEALED;
    }

    /** SEALED becomes STARTING. @return false: it was in another state */
    public synchronized boolean restart() {
        if (state != State.SEALED) {
            return false;
        }
        state = State.STARTING;
        opened = new CompletableFuture<>();
        callsEnded = new CompletableFuture<>();
        return true;
    }
}
