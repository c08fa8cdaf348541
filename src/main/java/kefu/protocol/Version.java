package kefu.protocol;

/** The versions of the protocol. A client that asks for no subprotocol speaks v1. */
public enum Version {
    V1,
    V2;

    /** The subprotocol of v2 in {@code Sec-WebSocket-Protocol}. */
    public static final String V2_SUBPROTOCOL = "kefu.v2";

    /** @param subprotocol the one that the handshake agreed on; empty: none */
    public static Version of(String subprotocol) {
        return subprotocol.equals(V2_SUBPROTOCOL) ? V2 : V1;
    }
}
