package kefu.it;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kefu.auth.SignedTokens;
import kefu.fuzz.Answers;
import kefu.protocol.Json;

/** A client that sends what it should not, and says what it was told. */
final class HostileClient extends RawClient {
    /** What a client that is still served is answered to this. */
    static final String QUESTION = "{\"n\":1}";

    private static final Pattern CODE = Pattern.compile("\"code\":\"?(\\d+)");

    HostileClient(URI url, String... headers) throws IOException {
        super(url, headers);
    }

    /** Sends all this, be it read or not: the gateway may hang up meanwhile, which {@link #end} says. */
    HostileClient sends(byte[]... frames) {
        try {
            for (byte[] frame : frames) {
                write(frame);
            }
        } catch (IOException hungUp) {
            // as it should
        }
        return this;
    }

    HostileClient says(String text) {
        return sends(frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends the same very often, then the last, and reads beside it what comes. @return as {@link #end} */
    String floods(byte[] frame, int times, byte[]... last) throws IOException {
        int together = Math.max(1, (8 << 10) / frame.length);
        ByteBuffer some = ByteBuffer.allocate(together * frame.length);
        for (int i = 0; i < together; i++) {
            some.put(frame);
        }
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int sent = 0; sent < times; sent += together) {
                sends(some.array());
            }
            sends(last);
        });
        String end = end();
        sending.join();
        return end;
    }

    void logIn(String group) throws IOException {
        send(login(group));
        Answers.showNothing(read());
    }

    static String login(String group) {
        String name = Json.text(group).toString();
        return "{\"method\":\"login\",\"bid\":" + name + ",\"customer_id\":\"17\",\"customer_name\":" + name
                + ",\"token\":\"" + SignedTokens.of("17", name, 3_600) + "\"}";
    }

    /**
     * Reads on until the gateway hangs up, or answers {@link #QUESTION}. @return the codes of its answers, and of its
     * close; {@code cut}: it said none
     */
    String end() throws IOException {
        Set<String> codes = new LinkedHashSet<>();
        try {
            while (!codes.contains("10001")) {
                Incoming frame = next();
                String text = new String(frame.payload(), StandardCharsets.UTF_8);
                Answers.showNothing(text);
                if (frame.opcode() == CLOSE) {
                    codes.add(
                            frame.payload().length < 2
                                    ? "closed"
                                    : String.valueOf(
                                            ByteBuffer.wrap(frame.payload()).getShort()));
                    break;
                }
                Matcher code = CODE.matcher(text);
                if (frame.opcode() == TEXT && code.find()) {
                    codes.add(code.group(1));
                }
            }
        } catch (EOFException | SocketException hungUp) {
            codes.add("cut");
        }
        return String.join(" ", codes);
    }
}
