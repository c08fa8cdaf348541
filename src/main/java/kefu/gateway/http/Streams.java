package kefu.gateway.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.gateway.Connections;
import kefu.gateway.Dispatcher;
import kefu.gateway.Inbox;
import kefu.protocol.Json;
import kefu.protocol.Version;

/** The connections that are streams, by the secret with which their clients post. Thread-safe. */
final class Streams {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;

    private final Connections connections;
    private final Dispatcher dispatcher;
    private final Settings settings;
    private final Executor writer;
    private final ConcurrentMap<String, StreamedConnection> open = new ConcurrentHashMap<>();

    /** What the first event says. @param protocol the version that is spoken; empty: the first */
    public record Opening(String connection, String protocol) {}

    /** @param writer runs what may send to a client and waits for none */
    Streams(Connections connections, Dispatcher dispatcher, Settings settings, Executor writer) {
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.writer = writer;
    }

    /** Opens a connection for a new client. @param request whose response goes on until the connection ends */
    void open(AsyncContext request, Version version, String address) throws IOException {
        String id = newId();
        ((HttpServletResponse) request.getResponse()).setHeader(StreamServlet.CONNECTION, id); // for a proxy
        String protocol = version == Version.V2 ? Version.V2_SUBPROTOCOL : "";
        Event opening = new Event(Event.OPEN, Json.write(new Opening(id, protocol)));
        EventStream stream = new EventStream(request, opening, writer, () -> ended(id));
        Connection connection = connections.open(stream, version, address);
        StreamedConnection streamed =
                new StreamedConnection(connection, new Inbox(connection, dispatcher, settings), stream);
        open.put(id, streamed);
        if (streamed.hasEnded()) { // refused already
            open.remove(id);
        }
        stream.begin();
    }

    /** Whoever knows the id may post. */
    private static String newId() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private void ended(String id) {
        StreamedConnection streamed = open.remove(id);
        if (streamed != null) {
            streamed.ended();
        }
    }

    Optional<StreamedConnection> find(String id) {
        return Optional.ofNullable(open.get(id));
    }
}
