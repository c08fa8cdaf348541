/**
 * The way to the gateway where a network blocks WebSocket: a stream of events down, and posts up. It is another wire below the same
 * connection, and nothing above it knows. Uses gateway, connection, container, protocol, metrics and config; nothing uses it but
 * the container, by web.xml.
 */
@NullMarked
package kefu.gateway.http;

import org.jspecify.annotations.NullMarked;
