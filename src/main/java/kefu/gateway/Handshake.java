package kefu.gateway;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/** How a connection is accepted. */
public class Handshake extends ServerEndpointConfig.Configurator {
    /** The socket's property that says where it comes from. */
    static final String ADDRESS = "kefu.address";

    /** Tomcat does not inject into endpoints by itself; this works in every container. */
    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return CDI.current().select(type).get();
    }

    /** Called on the thread of the {@link HandshakeFilter}; the properties are this connection's own (WebSocket 2.1). */
    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        String address = HandshakeFilter.ADDRESS.get();
        if (address != null) {
            config.getUserProperties().put(ADDRESS, address);
        }
    }

    /** None: compression costs 20 KB a connection for little gain, and lets a small message become a huge one. */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }
}
