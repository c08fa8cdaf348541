package kefu.gateway;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.Wire;
import kefu.metrics.Bound;
import kefu.protocol.CloseCode;
import kefu.protocol.FrameDecoder;
import kefu.protocol.FrameEncoder;
import kefu.protocol.Version;

/** The WebSocket endpoint: turns container callbacks into dispatcher calls. One instance per connection. */
@Dependent
@ServerEndpoint(
        value = "/chat",
        subprotocols = Version.V2_SUBPROTOCOL,
        decoders = FrameDecoder.class,
        encoders = FrameEncoder.class,
        configurator = Handshake.class)
@SuppressWarnings(
        "NullAway.Init") // the specification demands a public no-argument constructor, so onOpen sets the rest
public class ChatEndpoint {
    private static final Logger LOG = Logger.getLogger(ChatEndpoint.class.getName());

    @Inject
    private Dispatcher dispatcher;

    @Inject
    private Connections connections;

    @Inject
    private Settings settings;

    private MessageAssembler inbox;
    private FrameDecoder decoder;
    private Connection connection;

    @OnOpen
    public void onOpen(Session socket) {
        decoder = new FrameDecoder(settings.get(LimitSettings.MESSAGE_MAX_DEPTH));
        inbox = new MessageAssembler(settings.get(LimitSettings.MESSAGE_MAX_BYTES));
        Wire wire = Wire.of(socket, settings.get(LimitSettings.QUEUE_TIMEOUT));
        connection = connections.open(wire, Version.of(socket.getNegotiatedSubprotocol()), address(socket));
    }

    /** The client's address, which the handshake's filter found; empty: not known. */
    private static String address(Session socket) {
        return socket.getUserProperties().get(Handshake.ADDRESS) instanceof String address ? address : "";
    }

    // parts, because Tomcat would hold a buffer of the maximum size for every connection
    @OnMessage
    public void onText(String part, boolean last) {
        if (hears()) {
            received(inbox.add(part, last));
        }
    }

    @OnMessage
    public void onBinary(ByteBuffer part, boolean last) {
        if (hears()) {
            received(inbox.add(part, last));
        }
    }

    @OnMessage
    public void onPong(PongMessage pong) {
        connection.pong(pong.getApplicationData());
    }

    @OnClose
    public void onClose(Session socket, CloseReason reason) {
        if (connection != null) { // null: onOpen failed
            connections.closed(socket);
            connection.ended(reason.getCloseCode().getCode());
        }
    }

    @OnError
    public void onError(Throwable fault) {
        LOG.log(Level.FINE, fault, () -> "Connection " + (connection == null ? "(new)" : connection.client()));
    }

    /** A closed client may send until it has read the close. Its messages are dropped here, before they are decoded. */
    private boolean hears() {
        connection.heard();
        return !connection.hasEnded();
    }

    private void received(MessageAssembler.Result result) {
        if (result instanceof MessageAssembler.Message message) {
            connection.received(message.bytes());
            dispatcher.dispatch(connection, decoder.decode(message.text(), connection.version()));
        } else if (result == MessageAssembler.Outcome.TOO_BIG) {
            connection.endAt(Bound.MESSAGE_BYTES, CloseCode.MESSAGE_TOO_BIG);
        }
    }
}
