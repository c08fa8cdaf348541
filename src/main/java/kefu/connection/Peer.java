package kefu.connection;

import kefu.protocol.Version;

/**
 * Who is at the other end of a connection, before anybody is logged in there.
 *
 * @param client the gateway's public id of the connection, and of the first session on it
 * @param address where it comes from: behind proxies that are known, what they say
 */
public record Peer(String client, Version version, String address) {}
