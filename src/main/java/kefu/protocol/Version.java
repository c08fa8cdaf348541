package kefu.protocol;

/** The two protocols that share the socket. A client that asks for no subprotocol speaks the first. */
public enum Version {
    V1,
    V2;

    /** What a client of protocol v2 offers in {@code Sec-WebSocket-Protocol}. */
    public static final String V2_SUBPROTOCOL = "kefu.v2";

    /** @param subprotocol what the handshake agreed on; empty: none */
    public static Version of(String subprotocol) {
        return subprotocol.equals(V2_SUBPROTOCOL) ? V2 : V1;
    }
}
