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

    private Connection connection;
    private Inbox inbox;

    @OnOpen
    public void onOpen(Session socket) {
        Wire wire = Wire.of(socket, settings.get(LimitSettings.QUEUE_TIMEOUT));
        connection = connections.open(wire, Version.of(socket.getNegotiatedSubprotocol()), address(socket));
        inbox = new Inbox(connection, dispatcher, settings);
    }

    /** The client's address, which the handshake's filter found; empty: not known. */
    private static String address(Session socket) {
        return socket.getUserProperties().get(Handshake.ADDRESS) instanceof String address ? address : "";
    }

    // parts, because Tomcat would hold a buffer of the maximum size for every connection
    @OnMessage
    public void onText(String part, boolean last) {
        inbox.text(part, last);
    }

    @OnMessage
    public void onBinary(ByteBuffer part, boolean last) {
        inbox.binary(part, last);
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
}
