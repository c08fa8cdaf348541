package kefu.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Delivery;
import kefu.connection.Connection;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Position;

/**
 * What one session hears of one channel: each publication that is for it once, in order, from a position on. While it is
 * paused nothing is handed to it; the {@link Session} then reads on from the stream until nothing is missing.
 */
public final class Subscription {
    private final Session session;
    private final Connection connection;
    private final Channel channel;

    /** Who waits until everything up to an offset is on its way. */
    private record Awaited(long off, CompletableFuture<Void> heard) {}

    private volatile List<Awaited> awaited = List.of(); // changed under this

    // guarded by this
    private String epoch = "";
    private long heard;
    private long newest;
    private boolean live;
    private boolean behind;
    private boolean topUnknown;
    private int turn;

    /** @param connection the session's now: what is for this one must not reach the next one before its time */
    Subscription(Session session, Connection connection, Channel channel) {
        this.session = session;
        this.connection = connection;
        this.channel = channel;
    }

    public Channel channel() {
        return channel;
    }

    public Session session() {
        return session;
    }

    public Connection connection() {
        return connection;
    }

    /**
     * The channel's next publication. Called for one at a time, in order.
     *
     * @return false where the client cannot hear it: the subscription is behind from now on, until {@link #tryCatchUp}
     */
    public boolean deliver(Delivery delivery) {
        synchronized (this) {
            newest = delivery.off();
            if (!live || delivery.off() <= heard) {
                return true;
            }
            if (!connection.isResponsive()) {
                live = false;
                behind = true;
                return false;
            }
            heard = delivery.off();
            if (isFor(delivery)) {
                connection.add(frame(delivery));
            }
        }
        connection.flush();
        tellHeard();
        return true;
    }

    /** Completes, on any thread, when everything up to an offset was handed to the connection and is on its way. */
    CompletionStage<Void> heard(long off) {
        Awaited awaited = new Awaited(off, new CompletableFuture<>());
        synchronized (this) {
            List<Awaited> all = new ArrayList<>(this.awaited);
            all.add(awaited);
            this.awaited = all;
        }
        tellHeard();
        return awaited.heard();
    }

    /** To be called behind each flush. */
    void tellHeard() {
        if (awaited.isEmpty()) {
            return;
        }
        List<Awaited> reached;
        synchronized (this) {
            reached = awaited.stream().filter(one -> one.off() <= heard).toList();
            awaited = awaited.stream().filter(one -> one.off() > heard).toList();
        }
        reached.forEach(one -> one.heard().complete(null));
    }

    public synchronized boolean isBehind() {
        return behind;
    }

    /**
     * Its client can hear again. What was published meanwhile was perhaps not handed to {@link #deliver}: it is read from the
     * stream.
     *
     * @return whether it was behind: {@link Session#catchUp} is to follow
     */
    public synchronized boolean tryCatchUp() {
        boolean was = behind;
        if (was) {
            behind = false;
            live = false;
            topUnknown = true;
        }
        return was;
    }

    /** The stream was read, and ends here. */
    synchronized void reaches(long top) {
        newest = Math.max(newest, top);
        topUnknown = false;
    }

    /** From now on nothing is handed to the session, by a replay that still runs neither. */
    public synchronized void pause() {
        live = false;
        turn++;
    }

    /** Whose turn it is to read on: another's with each pause. */
    synchronized int turn() {
        return turn;
    }

    /**
     * Where the session goes on.
     *
     * @param position up to there it has heard everything
     * @param top the stream's end: up to there it has missed what lies between
     */
    public synchronized void startAt(Position position, long top) {
        epoch = position.epoch();
        heard = position.off();
        newest = Math.max(newest, top);
    }

    /** Whether it has a position to go on from. */
    public synchronized boolean hasStarted() {
        return !epoch.isEmpty();
    }

    public synchronized Position position() {
        return new Position(epoch, heard);
    }

    /**
     * Hands on what was read from the stream while paused.
     *
     * @return false where the queue has no room for it now, or it is another's turn
     */
    synchronized boolean replay(int reader, Delivery delivery) {
        if (reader != turn) {
            return false;
        }
        if (delivery.off() > heard) {
            if (isFor(delivery) && !connection.addIfRoom(frame(delivery))) {
                return false;
            }
            heard = delivery.off();
        }
        return true;
    }

    /**
     * Goes live where nothing came meanwhile that has not been heard.
     *
     * @return whether there is no more to read: it is live, or it is another's turn
     */
    synchronized boolean goLive(int reader) {
        if (reader == turn) {
            live = live || (!topUnknown && newest <= heard);
        }
        return live || reader != turn;
    }

    private boolean isFor(Delivery delivery) {
        return delivery.publication().audience().includes(session.member());
    }

    private Frame frame(Delivery delivery) {
        return delivery.frame(session.member().version());
    }
}
