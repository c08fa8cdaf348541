package kefu;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import kefu.gateway.ChatEndpoint;
import kefu.gateway.Gateway;
import kefu.gateway.Stopped;
import kefu.lifecycle.Ownership;
import org.glassfish.grizzly.http.server.AddOn;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.tyrus.container.grizzly.server.WebSocketAddOn;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.TyrusServerContainer;
import org.glassfish.tyrus.spi.ServerContainer;
import org.glassfish.tyrus.spi.WebSocketEngine;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/** The gateway's own endpoint, handshake and wiring in a Tyrus and a Weld within the test's JVM. */
public final class LocalGateway implements AutoCloseable {
    private final Map<String, String> settings;
    private final WeldContainer cdi;
    private final Tyrus tyrus;

    /** @param settings are system properties while the gateway is open */
    public LocalGateway(Map<String, String> settings) throws Exception {
        this.settings = settings;
        settings.forEach(System::setProperty);
        cdi = new Weld()
                .disableDiscovery()
                .beanClasses(Wiring.class, Gateway.class, ChatEndpoint.class)
                .initialize();
        cdi.select(Ownership.class).get().start();
        tyrus = new Tyrus();
        tyrus.start("/chat", 0);
    }

    public URI url() {
        return URI.create("ws://127.0.0.1:" + tyrus.getPort() + "/chat/chat");
    }

    /** What the application's end begins with. */
    void stop() {
        cdi.select(Ownership.class).get().stop();
    }

    @Override
    public void close() {
        stop();
        cdi.getBeanManager().getEvent().fire(new Stopped());
        tyrus.stop();
        cdi.close();
        settings.keySet().forEach(System::clearProperty);
    }

    /** Tyrus on 127.0.0.1. Its own {@code Server} listens on every address, whatever host it is given. */
    private static final class Tyrus extends TyrusServerContainer {
        private final HttpServer http = new HttpServer();
        private final NetworkListener listener = new NetworkListener("chat", "127.0.0.1", 0);
        private final WebSocketEngine engine =
                TyrusWebSocketEngine.builder(this).build();

        Tyrus() {
            super(Set.of(ChatEndpoint.class));
        }

        @Override
        public void start(String path, int anyPort) throws IOException, DeploymentException {
            listener.registerAddOn(webSockets(path));
            http.addListener(listener);
            http.start();
            super.start(path, anyPort);
        }

        private AddOn webSockets(String path) {
            try {
                var constructor = WebSocketAddOn.class.getDeclaredConstructor(ServerContainer.class, String.class);
                constructor.setAccessible(true);
                return constructor.newInstance(this, path);
            } catch (ReflectiveOperationException changed) {
                throw new LinkageError("Tyrus is not as it was", changed);
            }
        }

        @Override
        public void register(Class<?> endpoint) throws DeploymentException {
            engine.register(endpoint, "/chat");
        }

        @Override
        public void register(ServerEndpointConfig endpoint) throws DeploymentException {
            engine.register(endpoint, "/chat");
        }

        @Override
        public WebSocketEngine getWebSocketEngine() {
            return engine;
        }

        @Override
        public int getPort() {
            return listener.getPort();
        }

        @Override
        public void stop() {
            super.stop();
            http.shutdownNow();
        }
    }
}
