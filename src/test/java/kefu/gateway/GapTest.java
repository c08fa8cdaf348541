package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.Await;
import kefu.Intercepted;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Heard;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** Where something cannot be delivered any more the client is told so, before anything newer. */
class GapTest extends V2Testbed {
    private static final Channel ROOM = group("g");
    private static final Channel ANN = Channel.agent(Id.ofText("ann").orElseThrow());

    /** A broker that can lose what it was told. */
    private static final class Forgetful implements Broker {
        private final Broker real;
        private Listener listener;
        private Channel forgotten = Channel.ALL;
        private Position begunAnew = new Position("", 0);

        Forgetful(Broker real, Listener none) {
            this.real = real;
            this.listener = none;
        }

        /** A stream begins with another epoch. */
        void forget(Channel channel, Position now) {
            begunAnew = now;
            forgotten = channel;
        }

        void publishAnew(Channel channel, long off, String payload) {
            listener.published(new Delivery(channel, begunAnew.epoch(), off, said(payload)));
        }

        @Override
        public void listen(Listener to) {
            listener = to;
            real.listen(to);
        }

        @Override
        public CompletionStage<Position> follow(Channel channel) {
            return real.follow(channel);
        }

        @Override
        public CompletionStage<PublishResult> publish(Channel channel, Publication publication) {
            return real.publish(channel, publication);
        }

        @Override
        public CompletionStage<Page> read(Channel channel, Position after, int maxEntries, int maxBytes) {
            if (!channel.equals(forgotten) || begunAnew.epoch().isEmpty()) {
                return real.read(channel, after, maxEntries, maxBytes);
            }
            boolean isLost = !after.epoch().equals(begunAnew.epoch());
            return CompletableFuture.completedFuture(
                    new Page(List.of(), isLost ? Optional.of(begunAnew) : Optional.empty(), begunAnew));
        }
    }

    private final List<Forgetful> brokers = new ArrayList<>();

    /** What happens when the next list has been made. */
    private Runnable meanwhile = () -> {};

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway gateway =
                new TestGateway(settings, own -> new Desk(own.broker, Clock.systemUTC()), new TestGateway.Between() {
                    @Override
                    public <T> T use(Class<T> type, T real) {
                        if (type == Presence.class) {
                            return Intercepted.of(type, real, (method, returned, call) -> afterList(method, call));
                        }
                        if (type != Broker.class) {
                            return real;
                        }
                        brokers.add(new Forgetful((Broker) real, new Heard(none -> {})));
                        return type.cast(brokers.get(0));
                    }
                });
        gateways.add(gateway);
        return gateway;
    }

    private Object afterList(String method, Intercepted.Call call) throws Throwable {
        Object result = call.proceed();
        if (method.equals("list")) {
            Runnable other = meanwhile;
            meanwhile = () -> {};
            other.run();
        }
        return result;
    }

    private static Publication said(String payload) {
        return Publication.byBackend(payload, Audience.EVERYBODY, Optional.empty());
    }

    private static List<JsonObject> gaps(TestGateway.Client client) {
        return frames(client).stream()
                .filter(frame -> frame.getString("method", "").equals("gap"))
                .toList();
    }

    private static List<String> listed(JsonObject frame) {
        return frame.getJsonArray("customer_list").stream()
                .map(entry -> entry.asJsonObject().getString("customer_id"))
                .toList();
    }

    /** A client that answers no heartbeat for so long that the stream has dropped what it missed. */
    private void missFive(TestGateway gateway, TestGateway.Client client, Channel channel) {
        client.wire.answerPings(payload -> {});
        Await.until(() -> !client.connection.isResponsive());
        for (int n = 1; n <= 5; n++) {
            push(gateway, channel, "{\"n\":" + n + "}");
        }
        client.wire.answerPings(client.connection::pong);
        client.connection.heard();
    }

    private static final Map<String, String> SHORT = Map.of(
            "kefu.heartbeat.interval",
            "100ms",
            "kefu.heartbeat.text",
            "",
            "kefu.queue.timeout",
            "100ms",
            "kefu.stream.max-entries",
            "2");

    @Test
    void whoCannotCatchUpIsToldWhereItGoesOnAndWhoIsThere() {
        TestGateway gateway = gateway(SHORT);
        TestGateway.Client client = v2(gateway);
        JsonObject login = login(client, "g", "ann", "");
        client.send("{\"method\":\"kefu.status\",\"status\":2}");
        missFive(gateway, client, ROOM);
        Await.until(() -> gaps(client).size() == 1);
        JsonObject position = gaps(client).get(0).getJsonObject("channels").getJsonObject("g:g");
        assertEquals(
                login.getJsonObject("channels").getJsonObject("g:g").getString("epoch"), position.getString("epoch"));
        assertEquals(2 + 5, position.getInt("off"));
        assertEquals(List.of("ann"), listed(gaps(client).get(0)));
        assertEquals(
                2,
                gaps(client)
                        .get(0)
                        .getJsonArray("customer_list")
                        .getJsonObject(0)
                        .getInt("status"));
        push(gateway, ROOM, "{\"n\":6}");
        Await.until(() -> heard(client, "g:g").equals(List.of(6)));
        assertEquals(1, gaps(client).size());
        assertTrue(client.wire.closed().isEmpty());
    }

    @Test
    void aGapInAnotherChannelCostsNothingInTheGroups() {
        TestGateway gateway = gateway(SHORT);
        TestGateway.Client client = v2(gateway);
        login(client, "g", "ann", "");
        client.wire.answerPings(payload -> {});
        Await.until(() -> !client.connection.isResponsive());
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        missFive(gateway, client, ANN);
        Await.until(() -> gaps(client).size() == 1);
        assertEquals(
                5,
                gaps(client)
                        .get(0)
                        .getJsonObject("channels")
                        .getJsonObject("u:ann")
                        .getInt("off"));
        assertEquals(List.of("ann", "bob"), listed(gaps(client).get(0)));
        push(gateway, ROOM, "{\"n\":1}");
        push(gateway, ANN, "{\"n\":6}");
        Await.until(() -> heard(client, "g:g").equals(List.of(1)));
        Await.until(() -> heard(client, "u:ann").equals(List.of(6)));
        assertEquals(
                1,
                frames(client).stream()
                        .filter(frame -> frame.toString().contains("\"login_push\""))
                        .count(),
                "bob came while it heard nothing");
    }

    @Test
    void aClientOfV1CannotBeToldAndIsClosed() {
        TestGateway gateway = gateway(SHORT);
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V1);
        client.login("g", "ann");
        missFive(gateway, client, ROOM);
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
    }

    @Test
    void aStreamThatBeginsAnewIsAGapBeforeWhatIsSaidThere() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client client = v2(gateway);
        login(client, "g", "ann", "");
        Forgetful broker = brokers.get(0);
        broker.forget(ANN, new Position("anew", 1));
        broker.publishAnew(ANN, 1, "{\"n\":1}");
        assertEquals(1, gaps(client).size());
        assertEquals(
                "{\"epoch\":\"anew\",\"off\":1}",
                gaps(client)
                        .get(0)
                        .getJsonObject("channels")
                        .getJsonObject("u:ann")
                        .toString());
        broker.publishAnew(ANN, 2, "{\"n\":2}");
        assertEquals(List.of(2), heard(client, "u:ann"));
        assertEquals(1, gaps(client).size());
    }

    @Test
    void whatTheBrokerHasLostOnTheWayIsReadFromTheStream() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client client = v2(gateway);
        login(client, "g", "ann", "");
        Forgetful broker = brokers.get(0);
        Broker.Listener all = broker.listener;
        gateway.broker.listen(new Broker.Listener() {
            @Override
            public void published(Delivery delivery) {
                // it is lost on the way
            }

            @Override
            public void lost(Channel channel) {}
        });
        push(gateway, ROOM, "{\"n\":1}");
        push(gateway, ROOM, "{\"n\":2}");
        gateway.broker.listen(all);
        assertEquals(List.of(), heard(client, "g:g"));
        all.lost(ROOM);
        assertEquals(List.of(1, 2), heard(client, "g:g"));
        push(gateway, ROOM, "{\"n\":3}");
        assertEquals(List.of(1, 2, 3), heard(client, "g:g"));
        assertEquals(List.of(), gaps(client));
    }

    @Test
    void whoComesWhileTheListOfAGapIsMadeIsInIt() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client client = v2(gateway);
        login(client, "g", "ann", "");
        meanwhile = () -> login(v2(gateway), "g", "bob", "");
        Forgetful broker = brokers.get(0);
        broker.forget(ANN, new Position("anew", 1));
        broker.publishAnew(ANN, 1, "{}");
        assertEquals(List.of("ann", "bob"), known(client));
        assertEquals(1, gaps(client).size());
        assertEquals(List.of("ann", "bob"), listed(gaps(client).get(0)), "it was told of bob before");
    }

    /** The group as the client knows it. */
    private static List<String> known(TestGateway.Client client) {
        List<String> known = new ArrayList<>();
        for (JsonObject frame : frames(client)) {
            String method = frame.getString("method", "");
            if (method.equals("login") || method.equals("gap")) {
                known = new ArrayList<>(listed(frame));
            } else if (frame.getString("ch", "").equals("g:g")) {
                String came = frame.getJsonObject("push").getString("customer_id");
                if (!known.contains(came)) {
                    known.add(came);
                }
            }
        }
        return known;
    }
}
