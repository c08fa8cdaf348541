package kefu.gateway;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/** How a connection is accepted. */
public class Handshake extends ServerEndpointConfig.Configurator {
    /** Tomcat does not inject into endpoints by itself; this works in every container. */
    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return CDI.current().select(type).get();
    }

    /** None: compression costs 20 KB a connection for little gain, and lets a small message become a huge one. */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }
}
