package kefu.connection;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.Settings;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/** Who is logged in on a connection, and until when the client must log in or send a new token. Thread-safe. */
public final class LoginState {
    private final LongSupplier nanoTime;
    private final Optional<Duration> loginTimeout;
    private final AuthDeadline deadline = new AuthDeadline();
    private final IdempotencyCache answers = new IdempotencyCache();
    private volatile @Nullable Attachment attachment;
    private volatile boolean hadSession;

    /** What a login attaches to the connection: its session. */
    public interface Attachment {
        IdempotencyCache idempotencyCache();

        /** Adds to a line of the log who it is. */
        LogLine describe(LogLine line);
    }

    /** @param nanoTime the clock of the deadline, in nanoseconds */
    LoginState(Settings settings, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.loginTimeout = AuthSettings.mode(settings) == AuthMode.OPEN
                ? Optional.empty()
                : Optional.of(settings.get(AuthSettings.LOGIN_TIMEOUT));
        deadline.unauthenticated(nanoTime.getAsLong(), loginTimeout);
    }

    /** Who is logged in here; null before a login. Stays after the connection's end, for the requests that still wait. */
    public @Nullable Attachment attachment() {
        return attachment;
    }

    /** Whether somebody is or was logged in here. */
    public boolean hadSession() {
        return hadSession;
    }

    /** A login has succeeded. @param left how long its proof is valid; empty: no limit */
    public void attach(Attachment to, Optional<Duration> left) {
        hadSession = true;
        authenticated(left);
        attachment = to;
    }

    /** Nobody is logged in any more. Only who was logged in gets the time to log in once more. */
    public void detach() {
        if (attachment != null) {
            deadline.unauthenticated(nanoTime.getAsLong(), loginTimeout);
        }
        attachment = null;
    }

    /** The client has proved who it is. @param left how long the proof is valid; empty: no limit */
    public void authenticated(Optional<Duration> left) {
        deadline.authenticated(nanoTime.getAsLong(), left);
    }

    AuthDeadline.Due due() {
        return deadline.due(nanoTime.getAsLong());
    }

    /** What the client has asked: a session's own, and what is asked without one. */
    public IdempotencyCache idempotencyCache() {
        Attachment now = attachment;
        return now == null ? answers : now.idempotencyCache();
    }

    LogLine describe(LogLine line) {
        Attachment now = attachment;
        return now == null ? line : now.describe(line);
    }
}
