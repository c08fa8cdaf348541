package kefu.gateway;

import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configures how the container accepts a connection. */
public class Handshake extends ServerEndpointConfig.Configurator {
    /** The name of the socket's property with the client's address. */
    static final String ADDRESS = "kefu.address";

    private volatile @Nullable BeanManager beans; // of this deployment; to ask CDI.current() walks the stack for it

    /** Tomcat does not inject into endpoints. This works in every container. */
    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        BeanManager known = beans;
        if (known == null) {
            known = CDI.current().getBeanManager();
            beans = known;
        }
        return known.createInstance().select(type).get();
    }

    /** Called on the thread of the {@link HandshakeFilter}; the properties are this connection's own (WebSocket 2.1). */
    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        String address = HandshakeFilter.ADDRESS.get();
        if (address != null) {
            config.getUserProperties().put(ADDRESS, address);
        }
    }

    /** Accepts no extension: compression costs 20 KB a connection, gains little, and allows compression bombs. */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }
}
