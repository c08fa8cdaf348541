package kefu.gateway.http;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kefu.connection.Connection;
import kefu.gateway.Inbox;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.protocol.CloseCode;

/**
 * A connection whose messages come by posts. The client numbers its events, from 1, and posts again what it does not know to have
 * arrived: each event counts once, and in its order. Thread-safe: posts are served one after the other.
 */
final class StreamedConnection {
    private static final Logger LOG = Logger.getLogger(StreamedConnection.class.getName());
    private static final int NO_CONTENT = 204;
    private static final int CONFLICT = 409;
    private static final int SERVER_ERROR = 500;
    private static final int NO_CODE = 1005; // RFC 6455, 7.1.5, as the next one
    private static final int NO_CLOSE = 1006;

    /** A client sends one after the other. A post on a line that is dead may be there yet when it comes again on another. */
    private static final int MOST_POSTS = 2;

    private static final Pattern CODE = Pattern.compile("([1-4]\\d{3})( .*)?");

    private final Connection connection;
    private final Inbox inbox;
    private final EventStream stream;
    private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
    private final Turns turns = new Turns(Runnable::run, this::serve);
    private final AtomicInteger reading = new AtomicInteger();
    private long last; // by the thread whose turn it is: the number of the last event that has come

    private record Post(long first, List<Event> events, IntConsumer answer) {}

    StreamedConnection(Connection connection, Inbox inbox, EventStream stream) {
        this.connection = connection;
        this.inbox = inbox;
        this.stream = stream;
    }

    /** A part of a post has come. */
    void heard() {
        connection.heard();
    }

    /** A post is longer than any may be. */
    void tooLong() {
        connection.endAt(Bound.MESSAGE_BYTES, CloseCode.MESSAGE_TOO_BIG);
    }

    /**
     * Serves a post.
     *
     * @param first the number of its first event
     * @param answer is told the status: 204, also where all of it had come before, 409 where one is missing before it
     */
    void post(long first, List<Event> events, IntConsumer answer) {
        posts.add(new Post(first, events, answer));
        turns.take();
    }

    /** Begins to read a post. @return false: there are too many, and none is begun */
    boolean begin() {
        if (reading.incrementAndGet() > MOST_POSTS) {
            reading.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A post that has begun is answered. */
    void answered() {
        reading.decrementAndGet();
    }

    /** The stream has ended. If nobody has ended the connection, the client has gone without a word. */
    void ended() {
        connection.ended(NO_CLOSE);
    }

    boolean hasEnded() {
        return connection.hasEnded();
    }

    private void serve() {
        for (Post post = posts.poll(); post != null; post = posts.poll()) {
            int status;
            try {
                status = serve(post);
            } catch (RuntimeException fault) {
                LOG.log(Level.WARNING, fault, () -> connection
                        .describe(LogLine.of("Fault").with("in", "post"))
                        .toString());
                status = SERVER_ERROR;
            }
            post.answer().accept(status);
        }
    }

    private int serve(Post post) {
        if (post.first() > last + 1) {
            return CONFLICT;
        }
        long number = post.first();
        for (Event event : post.events()) {
            if (number > last) {
                last = number;
                take(event);
            }
            number++;
        }
        return NO_CONTENT;
    }

    private void take(Event event) {
        switch (event.type()) {
            case Event.PONG -> connection.pong(proof(event.data()));
            case Event.CLOSE -> {
                connection.ended(code(event.data()));
                stream.end();
            }
            default -> event.message().ifPresent(text -> inbox.text(text, true));
        }
    }

    private static ByteBuffer proof(String hex) {
        try {
            return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException none) {
            return ByteBuffer.allocate(0);
        }
    }

    private static int code(String data) {
        Matcher matcher = CODE.matcher(data);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : NO_CODE;
    }
}
