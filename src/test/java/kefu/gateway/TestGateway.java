package kefu.gateway;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kefu.backend.Backend;
import kefu.broker.LocalPresence;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.desk.Desk;
import kefu.protocol.FrameDecoder;
import kefu.session.Connection;
import kefu.session.FakeWire;
import kefu.session.Threads;
import kefu.session.Wire;

/** A whole gateway without a container: clients are {@link FakeWire}s. */
final class TestGateway implements AutoCloseable {
    final Threads threads = new Threads();
    final Presence presence = new LocalPresence(threads.worker());
    final Dispatcher dispatcher;
    private final Backend backend;

    /** With the built-in backend. */
    TestGateway() {
        this(Map.of(), gateway -> new Desk(gateway.presence, Clock.systemUTC()));
    }

    TestGateway(Map<String, String> settings, Function<TestGateway, Backend> backend) {
        this.backend = backend.apply(this);
        this.dispatcher = new Dispatcher(
                Settings.from(key -> Optional.ofNullable(settings.get(key))),
                presence,
                this.backend,
                Clock.systemUTC(),
                threads);
        dispatcher.start();
    }

    Client connect() {
        return connect(new FakeWire());
    }

    Client connect(FakeWire wire) {
        return new Client(wire, dispatcher.open((Wire) wire));
    }

    @Override
    public void close() {
        dispatcher.stop();
        backend.close();
        threads.close();
    }

    /** One client. */
    final class Client {
        final FakeWire wire;
        final Connection connection;

        Client(FakeWire wire, Connection connection) {
            this.wire = wire;
            this.connection = connection;
        }

        void send(String text) {
            dispatcher.dispatch(connection, new FrameDecoder().decode(text));
        }

        void login(Object bid, Object uid) {
            send("{\"method\":\"login\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"n\"}"
                    .formatted(bid, uid));
        }

        void close() {
            connection.ended();
        }
    }
}
