package kefu.it;

import static kefu.it.RawClient.PING;
import static kefu.it.RawClient.TEXT;
import static kefu.it.RawClient.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A great many of what is small. */
final class FloodAttacks {
    private static final int FIN = 0x80;
    private static final int PONG = 10;
    private static final int MANY = 100_000;

    /** It costs nobody anything that is kept: who sends it is served on. */
    private static final String SERVED = "10001";

    /** Payara tells the gateway of pings; now and then Tyrus is the first to close. */
    private static final String PINGS =
            System.getProperty("arquillian.launch", "").startsWith("payara") ? "4007|1000|1011|cut" : SERVED;

    private static final byte[] QUESTION = text(HostileClient.QUESTION);

    private FloodAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.byClient(
                        "100,000 times `beat`", "4007|cut", client -> client.floods(text("beat"), MANY, QUESTION)),
                Attack.byClient(
                        "100,000 empty messages", "4007|cut", client -> client.floods(text("{}"), MANY, QUESTION)),
                Attack.byClient("100,000 requests", "10007 4007|10007 cut|4007|cut", client -> client.floods(
                                text("{\"method\":1}"), MANY, QUESTION)
                        .replace("10003 ", "")),
                Attack.byClient("a message in 100,000 fragments of a byte", SERVED, client -> {
                    client.sends(frame(TEXT, bytes("\"")));
                    return client.floods(frame(0, bytes("x")), MANY, frame(FIN, bytes("\"")), QUESTION);
                }),
                Attack.byClient("a message in 100,000 fragments of nothing", SERVED, client -> {
                    client.sends(frame(TEXT, bytes("\"")));
                    return client.floods(frame(0, bytes("")), MANY, frame(FIN, bytes("\"")), QUESTION);
                }),
                Attack.byClient(
                        "100,000 pings", PINGS, client -> client.floods(pingsAndABeat(1_000), MANY / 1_000, QUESTION)),
                Attack.byClient(
                        "100,000 pongs",
                        SERVED,
                        client -> client.floods(frame(FIN | PONG, bytes("x")), MANY, QUESTION)));
    }

    /** A container answers pings by itself, and the gateway hears none: without the beat it would take the client for dead. */
    private static byte[] pingsAndABeat(int count) {
        byte[] ping = frame(FIN | PING, bytes("x"));
        byte[] beat = text("beat");
        ByteBuffer frames = ByteBuffer.allocate(count * ping.length + beat.length);
        for (int i = 0; i < count; i++) {
            frames.put(ping);
        }
        return frames.put(beat).array();
    }

    private static byte[] text(String text) {
        return frame(FIN | TEXT, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
