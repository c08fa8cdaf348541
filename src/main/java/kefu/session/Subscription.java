package kefu.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Audience;
import kefu.broker.Delivery;
import kefu.connection.Connection;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Position;
import kefu.protocol.Version;

/**
 * One session's subscription to one channel: it gets each publication of its audience once, in order, after its position. While
 * it is paused nothing is delivered; {@link Replay} then reads the stream until nothing is missing.
 */
public final class Subscription {
    private final Session session;
    private final Connection connection;
    private final Channel channel;
    private final Version version;

    /** Somebody waits until everything up to an offset is queued. */
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

    /** @param connection the session's connection; a resume makes new subscriptions for the next one */
    Subscription(Session session, Connection connection, Channel channel) {
        this.session = session;
        this.connection = connection;
        this.channel = channel;
        this.version = session.member().version();
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

    /** What became of a delivery. */
    public enum Delivered {
        /** The client hears it, or has heard it, or hears it later. */
        HANDED,
        /** The client cannot hear it: the subscription is behind from now on, until {@link #tryCatchUp}. */
        UNRESPONSIVE,
        /** The stream has begun anew: {@link Session#catchUp} is to follow. */
        LOST
    }

    /** Delivers the channel's next publication. Called for one at a time, in order. */
    public Delivered deliver(Delivery delivery) {
        synchronized (this) {
            if (live && !delivery.epoch().equals(epoch)) {
                lag();
                return Delivered.LOST;
            }
            newest = delivery.off();
            if (!live || delivery.off() <= heard) {
                return Delivered.HANDED;
            }
            if (!connection.isResponsive()) {
                live = false;
                behind = true;
                return Delivered.UNRESPONSIVE;
            }
            heard = delivery.off();
            if (isFor(delivery)) {
                connection.add(frame(delivery));
            }
        }
        connection.flush();
        tellHeard();
        return Delivered.HANDED;
    }

    /** Publications were perhaps not handed to {@link #deliver}: what the stream has behind its position is to be read. */
    public synchronized void lag() {
        live = false;
        topUnknown = true;
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
            lag();
        }
        return was;
    }

    /** The stream was read up to its end. */
    synchronized void reaches(long top) {
        newest = Math.max(newest, top);
        topUnknown = false;
    }

    /** Stops deliveries, also those of a replay that still runs. */
    public synchronized void pause() {
        live = false;
        turn++;
    }

    /** The number of the replay that may deliver. It changes with each pause. */
    synchronized int turn() {
        return turn;
    }

    /**
     * Sets the position.
     *
     * @param position the session has got everything up to here
     * @param top the stream's end; what lies between was missed
     */
    public synchronized void startAt(Position position, long top) {
        epoch = position.epoch();
        heard = position.off();
        newest = Math.max(newest, top);
    }

    /** Whether it has a position. */
    public synchronized boolean hasStarted() {
        return !epoch.isEmpty();
    }

    public synchronized Position position() {
        return new Position(epoch, heard);
    }

    /**
     * Delivers an entry that was read from the stream.
     *
     * @return false: the queue has no room now, or another replay has taken over
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
     * Goes live if nothing newer was published meanwhile.
     *
     * @return whether this replay is done: the subscription is live, or another replay has taken over
     */
    synchronized boolean goLive(int reader) {
        if (reader == turn) {
            live = live || (!topUnknown && newest <= heard);
        }
        return live || reader != turn;
    }

    /** Puts a frame into the queue that says how the channel is at a position. @return false: the client knows of more already */
    synchronized boolean addAt(Position at, Frame frame) {
        if (heard > at.off() && epoch.equals(at.epoch())) {
            return false;
        }
        connection.add(frame);
        return true;
    }

    /** Goes on at a position, whatever is before it. Ends the replay that still runs. */
    synchronized void restartAt(Position position) {
        turn++;
        epoch = position.epoch();
        heard = position.off();
        newest = heard;
        lag();
    }

    private boolean isFor(Delivery delivery) {
        Audience audience = delivery.publication().audience();
        return audience == Audience.EVERYBODY || audience.includes(session.member());
    }

    private Frame frame(Delivery delivery) {
        return delivery.frame(version);
    }
}
