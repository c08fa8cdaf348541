package kefu.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kefu.Await;

/** What is allowed, by somebody who takes more of it than their share. */
final class PressureAttacks {
    private static final int CALLS = 200;

    private PressureAttacks() {}

    /** Whoever guesses tokens. */
    static final Attack BAD_TOKENS = new Attack("logins with bad tokens", "10006 10001", 1, target -> {
        try (HostileClient client = target.connect()) {
            for (int i = 0; i < 50; i++) {
                client.says(HostileClient.login("g").replace("\"token\":\"eyJ", "\"token\":\"eyK"));
            }
            return client.says(HostileClient.QUESTION).end();
        }
    });

    /** Address of a client, as the proxy says. */
    private static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    /** Whoever comes and goes and comes again: an address has so many handshakes a second. */
    static final Attack HANDSHAKES = Attack.byRequest(
            "handshakes from one address", "101|429", target -> target.handshake("/chat", from("192.0.2.1")));

    /** Whoever comes and stays. */
    static final Attack CONNECTIONS =
            new Attack("connections from one address, up to the bound", "refused with 429", 1, target -> {
                List<HostileClient> clients = new ArrayList<>();
                try {
                    while (true) {
                        clients.add(target.connect(from("192.0.2.2")));
                    }
                } catch (IOException refused) {
                    return "refused with " + Attack.status(String.valueOf(refused.getMessage()));
                } finally {
                    for (HostileClient client : clients) {
                        client.close();
                    }
                }
            });

    /** So many who never read, while their group is told more than the gateway keeps for each. */
    static Attack slowReaders(int count) {
        return new Attack(count + " clients that never read", "4008|cut|4008 cut", 1, target -> {
            List<HostileClient> slow = new ArrayList<>();
            ApiClient api = target.api();
            String message = "{\"to\":{\"group\":\"slow\"},\"message\":{\"x\":\"" + "x".repeat(60_000) + "\"}}";
            Set<String> ends = new TreeSet<>();
            try {
                for (int i = 0; i < count; i++) {
                    slow.add(target.connect());
                    slow.get(i).logIn("slow");
                }
                int delivered = count;
                for (int pushes = 0; delivered > 0 && pushes < 2_000; pushes++) {
                    delivered = api.call("POST", "/push", message)
                            .json()
                            .getJsonArray("results")
                            .getJsonObject(0)
                            .getInt("delivered");
                }
                for (HostileClient client : slow) {
                    ends.add(client.end());
                }
                return String.join(" ", ends);
            } finally {
                for (HostileClient client : slow) {
                    client.close();
                }
            }
        });
    }

    /** So many who ask for pongs without end and take none: a container answers on the thread that has read. */
    static Attack unreadPongs(int count) {
        byte[] ping = RawClient.frame(0x80 | RawClient.PING, new byte[125]);
        ByteBuffer pings = ByteBuffer.allocate(64 * ping.length);
        while (pings.hasRemaining()) {
            pings.put(ping);
        }
        return new Attack(count + " clients that ping and never read", "cut", 1, target -> {
            Map<SocketChannel, ByteBuffer> clients = new HashMap<>();
            try {
                Set<String> ends = new TreeSet<>();
                for (int i = 0; i < count; i++) {
                    SocketChannel client = SocketChannel.open();
                    clients.put(client, pings.duplicate());
                    client.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
                    client.connect(new InetSocketAddress(
                            target.base().getHost(), target.base().getPort()));
                    ends.add(handshake(client, target.handshake("/chat", from("192.0.2.3"))));
                    client.configureBlocking(false);
                }
                Await.until(Duration.ofMinutes(1), () -> {
                    clients.forEach(PressureAttacks::sendMore);
                    return target.connections() <= HealthyPair.CLIENTS;
                });
                return ends.stream().map(end -> end.equals("101") ? "cut" : end).collect(Collectors.joining(" "));
            } finally {
                for (SocketChannel client : clients.keySet()) {
                    client.close();
                }
            }
        });
    }

    /** @return the status with which it is answered */
    private static String handshake(SocketChannel client, String request) throws IOException {
        client.write(StandardCharsets.US_ASCII.encode(request));
        ByteBuffer answer = ByteBuffer.allocate("HTTP/1.1 101".length());
        while (answer.hasRemaining() && client.read(answer) >= 0) {
            // more of it
        }
        return Attack.status(StandardCharsets.US_ASCII.decode(answer.flip()).toString());
    }

    private static void sendMore(SocketChannel to, ByteBuffer rest) {
        if (!rest.hasRemaining()) {
            rest.rewind();
        }
        try {
            to.write(rest);
        } catch (IOException hungUp) {
            // as it should
        }
    }

    /** @param key with which the API is called */
    static Attack calls(String name, String refused, String key) {
        return new Attack(name, refused, 1, target -> {
            ApiClient api = new ApiClient(target.base() + "/api", key);
            Set<String> statuses = new TreeSet<>();
            for (int i = 0; i < CALLS; i++) {
                statuses.add(String.valueOf(api.call("GET", "/groups?limit=1").status()));
            }
            return String.join(" ", statuses);
        });
    }

    /** Whoever asks a backend that is not there. */
    static final Attack DEAD_BACKEND = new Attack("requests to a backend that is dead", "0 10001", 1, target -> {
        try (HostileClient client = target.connect()) {
            client.logIn("dead");
            for (int i = 0; i < 50; i++) {
                client.says("{\"method\":\"ask\"}");
            }
            return client.says(HostileClient.QUESTION).end();
        }
    });
}
