package kefu.gateway.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.connection.Wire;
import kefu.container.ContainerCall;
import kefu.container.ResponseSocket;
import kefu.protocol.Close;
import kefu.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The way down: the answer to a request, which goes on until the connection ends. What is sent is written on a thread of the gateway
 * when the container can take it, and no thread waits for the client. A frame is in flight until the container could take another
 * one: then a client that does not read is noticed as on a socket. Thread-safe.
 */
final class EventStream implements Wire, WriteListener, AsyncListener {
    private static final Logger LOG = Logger.getLogger(EventStream.class.getName());
    private static final ContainerCall COMPLETE = new ContainerCall(AsyncContext.class, "complete");

    /** How long a close waits for its event to be written. A client that reads takes it at once. */
    private static final long CLOSING_MILLIS = 50;

    private final AsyncContext request;
    private final ServletOutputStream out;
    private final ResponseSocket socket;
    private final Runnable onEnd;
    private final Turns turns;
    private final AtomicLong sentBytes = new AtomicLong();

    /** The opening, a frame, a ping and a close at most. */
    private final Queue<Item> items = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean pingWaits = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean ends;
    private volatile boolean isBroken;
    private volatile boolean mayWrite; // the container has called
    private volatile boolean waitsForContainer = true;

    // used by the thread whose turn it is
    private byte @Nullable [] next;
    private boolean unflushed;
    private @Nullable SendHandler inFlight;

    /** @param handler is told when the container could take another one */
    private record Item(byte[] bytes, @Nullable SendHandler handler) {
        static Item of(Event event) {
            return new Item(event.bytes(), null);
        }
    }

    /**
     * To be called, and {@link #begin} too, by the container's thread that serves the request.
     *
     * @param request whose response is not begun yet
     * @param opening the first event
     * @param writer runs what may send to a client and waits for none
     * @param onEnd runs, on any thread, when the stream ends by whomever; more than once perhaps
     */
    EventStream(AsyncContext request, Event opening, Executor writer, Runnable onEnd) throws IOException {
        this.request = request;
        this.out = request.getResponse().getOutputStream();
        this.socket = ResponseSocket.of(request.getResponse());
        this.onEnd = onEnd;
        this.turns = new Turns(writer, this::write);
        items.add(Item.of(opening));
    }

    /** Begins to write. */
    void begin() {
        request.addListener(this);
        out.setWriteListener(this);
    }

    @Override
    public boolean send(Frame frame, boolean hasRoom, SendHandler handler) {
        sentBytes.addAndGet(frame.bytes() + FRAME_HEADER);
        add(new Item(Event.message(frame.text()).bytes(), handler));
        return false;
    }

    /** A ping that waits stands for later ones too: they carry the same until it is answered. */
    @Override
    public void ping(ByteBuffer payload, boolean hasRoom) {
        sentBytes.addAndGet(payload.remaining() + FRAME_HEADER);
        if (pingWaits.compareAndSet(false, true)) {
            byte[] proof = new byte[payload.remaining()];
            payload.duplicate().get(proof);
            Event ping = new Event(Event.PING, HexFormat.of().formatHex(proof));
            add(new Item(ping.bytes(), result -> pingWaits.set(false)));
        }
    }

    private void add(Item item) {
        items.add(item);
        turns.take();
    }

    /** As on a socket, so that the same is taken as room. */
    @Override
    public long sentBytes() {
        return sentBytes.get();
    }

    @Override
    public void close(Close close) {
        beginClose(close);
        try {
            if (!ended.await(CLOSING_MILLIS, TimeUnit.MILLISECONDS)) {
                cutOff();
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void beginClose(Close close) {
        items.add(Item.of(new Event(Event.CLOSE, close.code().number() + " " + close.reason())));
        end();
    }

    /** A client says nothing to the end of a stream: the container has taken all of it. On a busy machine that lasts. */
    @Override
    public boolean isClosedByPeer() {
        return ended.getCount() == 0;
    }

    @Override
    public void cutOff() {
        if (waitsForContainer) {
            socket.abort();
        }
    }

    /** Ends the response behind what was sent. */
    void end() {
        ends = true;
        onEnd.run();
        turns.take();
    }

    @Override
    public void onWritePossible() {
        mayWrite = true;
        turns.take();
    }

    @Override
    public void onError(Throwable gone) {
        isBroken = true;
        turns.take();
    }

    @Override
    public void onError(AsyncEvent event) {
        isBroken = true;
        turns.take();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        isBroken = true;
        turns.take();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {} // nobody does

    /** The container has ended the request, by itself perhaps. */
    @Override
    public void onComplete(AsyncEvent event) {
        ended.countDown();
        isBroken = true;
        turns.take();
    }

    private void write() {
        try {
            boolean canTake = true;
            while (canTake && !isBroken && ended.getCount() > 0) {
                canTake = next == null && !unflushed && !waitsForContainer ? prepare() : socket.locked(this::step);
            }
        } catch (IOException | RuntimeException gone) { // containers that have given the request up throw either
            LOG.log(Level.FINE, "A stream has broken", gone);
            isBroken = true;
        }
        if (isBroken) {
            complete();
            onEnd.run();
        }
    }

    /** Calls the container once. @return false: it can take nothing now. It will call then, and is not asked again before */
    private boolean step() throws IOException {
        if (ended.getCount() == 0 || (waitsForContainer && !mayWrite)) {
            return false;
        }
        mayWrite = false;
        waitsForContainer = !out.isReady();
        if (waitsForContainer) {
            return false;
        }
        byte[] bytes = next;
        if (unflushed) {
            unflushed = false;
            out.flush();
            waitsForContainer = !out.isReady();
        } else if (bytes != null) {
            next = null;
            unflushed = true;
            out.write(bytes);
        }
        return !waitsForContainer;
    }

    /** The container has taken all before: takes the next one. @return false: there is none */
    private boolean prepare() {
        SendHandler sent = inFlight;
        inFlight = null;
        if (sent != null) {
            sent.onResult(new SendResult());
        }
        Item item = items.poll();
        if (item == null) {
            if (ends) {
                complete();
            }
            return false;
        }
        inFlight = item.handler();
        next = item.bytes();
        return true;
    }

    private void complete() {
        try {
            socket.locked(() -> {
                if (ended.getCount() > 0) {
                    ended.countDown();
                    complete(request);
                }
                return true;
            });
        } catch (IOException busy) {
            LOG.log(Level.FINE, "A stream is left to the container", busy);
        }
    }

    /** Ends a request. */
    static void complete(AsyncContext request) {
        try {
            COMPLETE.on(request);
        } catch (IOException | RuntimeException over) {
            LOG.log(Level.FINE, "The container has ended a request", over);
        }
    }
}
