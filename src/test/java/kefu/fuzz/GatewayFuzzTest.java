package kefu.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import kefu.auth.SignedTokens;
import kefu.broker.Member;
import kefu.desk.Desk;
import kefu.gateway.TestGateway;
import kefu.protocol.Channel;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/**
 * Several clients of both versions send anything at all to a whole gateway: each answer is one that the protocol has, the
 * groups list whoever was told so and nobody else, and two others meanwhile hear each other's every word.
 */
class GatewayFuzzTest {
    private static final int CONVERSATIONS = 1_500;
    private static final int MESSAGES = 40;
    private static final int CLIENTS = 5;

    /** Here nobody is too quick: every message is to be looked at. */
    private static final Map<String, String> OPEN =
            Map.of("kefu.requests.rate", "1000000", "kefu.requests.burst", "1000000");

    private static final Map<String, String> JWT = Map.of(
            "kefu.requests.rate",
            "1000000",
            "kefu.requests.burst",
            "1000000",
            "kefu.login.timeout",
            "1h",
            "kefu.auth.secret",
            SignedTokens.SECRET);

    @Test
    void whateverClientsSendTheOthersAreServedAndTheListsAreTrue() {
        converse(OPEN, List.of(), "");
    }

    @Test
    void soItIsWhereAgentsHaveTokens() {
        String token = SignedTokens.of("listener", "\"" + Listeners.GROUP + "\"", 86_400);
        converse(JWT, Tokens.all(), ",\"token\":\"" + token + "\"");
    }

    private static void converse(Map<String, String> settings, List<String> tokens, String more) {
        try (TestGateway gateway =
                new TestGateway(settings, open -> new Desk(open.broker, Clock.systemUTC()), presence -> presence)) {
            Listeners listeners = new Listeners(gateway, more);
            Cases.each(CONVERSATIONS, (hostile, inputs) -> {
                List<FuzzedClient> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new FuzzedClient(gateway, hostile.one(List.of(Version.values()))));
                }
                HostileFrames frames = new HostileFrames(hostile, tokens);
                for (int i = 0; i < MESSAGES; i++) {
                    String text = frames.next();
                    int by = hostile.upTo(CLIENTS);
                    inputs.add(by + " " + text);
                    clients.get(by).send(text);
                    if (hostile.oneIn(20)) {
                        if (tokens.isEmpty() && clients.get(by).mayResume() && hostile.oneIn(2)) {
                            clients.set(by, clients.get(by).resume(gateway));
                        } else {
                            clients.get(by).close();
                            clients.set(by, new FuzzedClient(gateway, hostile.one(List.of(Version.values()))));
                        }
                    }
                }
                clients.forEach(client -> assertFalse(client.hasEnded()));
                assertEquals(told(clients), listed(gateway));
                listeners.talk();
                clients.forEach(FuzzedClient::close);
                assertEquals(Map.of(), listed(gateway));
            });
        }
    }

    /** Who is where by what they were told. */
    private static Map<String, TreeSet<String>> told(List<FuzzedClient> clients) {
        Map<String, TreeSet<String>> groups = new TreeMap<>();
        for (FuzzedClient client : clients) {
            client.group().ifPresent(group -> groups.computeIfAbsent(group, key -> new TreeSet<>())
                    .add(client.client()));
        }
        return groups;
    }

    private static Map<String, TreeSet<String>> listed(TestGateway gateway) {
        Map<String, TreeSet<String>> groups = new TreeMap<>();
        var presence = gateway.presence;
        for (Channel group : presence.groups("", Integer.MAX_VALUE)
                .toCompletableFuture()
                .join()
                .items()) {
            var members = presence.sessions(group, "", Integer.MAX_VALUE)
                    .toCompletableFuture()
                    .join();
            TreeSet<String> clients = new TreeSet<>();
            members.items().stream().map(Member::client).forEach(clients::add);
            groups.put(group.key(), clients);
        }
        groups.remove(Listeners.GROUP);
        return groups;
    }
}
