package kefu.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Handshakes that are none, that never end, or that go around who looks at them. */
final class HandshakeAttacks {
    private static final int HALVES = 300;

    /** Of the container: no line of ours has run. */
    private static final String BAD_REQUEST = "400|404|405|414|426|431|50[15]|cut";

    /** It does not look at that, and nobody gains by it. */
    private static final String TYRUS = "|101";

    /** Other spellings of the one path that the endpoint has. */
    private static final List<String> SPELLINGS = List.of(
            "/chat;jsessionid=1",
            "/;x/chat",
            "/%63hat",
            "/chat/",
            "//chat",
            "/./chat",
            "/x/../chat",
            "/%2e/chat",
            "/chat%2f",
            "/chat%00",
            "/chat?x=%00",
            "/CHAT",
            "/chat#x",
            "/\\chat",
            "/chat%3bx");

    private HandshakeAttacks() {}

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>(List.of(
                Attack.byRequest("a handshake without a key", BAD_REQUEST, t -> t.handshake("/chat")
                        .replace("Sec-WebSocket-Key", "X")),
                Attack.byRequest("a handshake with an empty key", BAD_REQUEST + TYRUS, t -> t.handshake("/chat")
                        .replace("AAAAAAAAAAAAAAAAAAAAAA==", "")),
                Attack.byRequest("a handshake of version 12", BAD_REQUEST, t -> t.handshake("/chat")
                        .replace("Version: 13", "Version: 12")),
                Attack.byRequest(
                        "a handshake as POST", BAD_REQUEST + TYRUS, t -> t.handshake("/chat", "Content-Length: 0")
                                .replace("GET", "POST")),
                Attack.byRequest(
                        "a header of 64 KiB", BAD_REQUEST, t -> t.handshake("/chat", "X-A: " + "x".repeat(64 << 10))),
                Attack.byRequest("10,000 headers", BAD_REQUEST, t -> t.handshake("/chat", headers(10_000))),
                Attack.byRequest("a path of 64 KiB", BAD_REQUEST, t -> t.handshake("/chat" + "x".repeat(64 << 10))),
                Attack.byRequest("NUL in the path", BAD_REQUEST, t -> t.handshake("/chat\0")),
                Attack.byRequest("NUL in a header", BAD_REQUEST + "|403", t -> t.handshake("/chat", "Origin: a\0b")),
                Attack.byRequest(
                        "two lengths",
                        BAD_REQUEST,
                        t -> t.handshake("/chat", "Content-Length: 1", "Content-Length: 2")),
                Attack.byRequest(
                        "a page of another host", "403", t -> t.handshake("/chat", "Origin: https://evil.example")),
                Attack.byRequest("no HTTP", BAD_REQUEST, t -> "\u0016\u0003\u0001\u0000\u00f4\u0001\r\n\r\n"),
                new Attack("an offer to compress", "refused, 1002|refused, cut", 1, HandshakeAttacks::compressed),
                new Attack("300 half handshakes, held open", "held", 1, HandshakeAttacks::halves),
                new Attack("a handshake and a request, byte by byte", "10001", 1, HandshakeAttacks::slowly)));
        for (String path : SPELLINGS) { // whatever it is taken for: no page of another host gets in by it
            attacks.add(Attack.byRequest(
                    "another host's page at `" + path + "`",
                    "[345]..|200|cut",
                    t -> t.handshake(path, "Origin: https://evil.example")));
        }
        return attacks;
    }

    private static String[] headers(int count) {
        String[] headers = new String[count];
        for (int i = 0; i < count; i++) {
            headers[i] = "X-" + i + ": x";
        }
        return headers;
    }

    private static String compressed(Target target) throws Exception {
        try (HostileClient client =
                target.connect("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15")) {
            boolean refused = !client.handshake().toLowerCase(Locale.ROOT).contains("extensions");
            return (refused ? "refused, " : "accepted, ")
                    + client.sends(RawClient.frame(0xc1, new byte[] {0x2a, 0})).end();
        }
    }

    private static String halves(Target target) throws Exception {
        List<RawHttp> halves = new ArrayList<>();
        String handshake = target.handshake("/chat");
        try {
            for (int i = 0; i < HALVES; i++) {
                halves.add(new RawHttp(target.base()).write(handshake.substring(0, 1 + i % (handshake.length() - 2))));
            }
            try (HostileClient another = target.connect()) {
                return another.says(HostileClient.QUESTION).end().equals("10001") ? "held" : "nobody else gets in";
            }
        } finally {
            for (RawHttp half : halves) {
                half.close();
            }
        }
    }

    private static String slowly(Target target) throws Exception {
        try (RawHttp http = new RawHttp(target.base())) {
            for (char c : target.handshake("/chat").toCharArray()) {
                http.write(String.valueOf(c));
            }
            String accepted = http.answer();
            if (!accepted.startsWith("HTTP/1.1 101")) {
                return accepted;
            }
            byte[] question =
                    RawClient.frame(0x81, HostileClient.QUESTION.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            for (byte b : question) {
                http.write(String.valueOf((char) (b & 0xff)));
            }
            return http.read(18).endsWith("{\"code\":\"10001\",") ? "10001" : "no answer";
        }
    }
}
