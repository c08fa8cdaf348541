/**
 * The WebSocket endpoint, the dispatcher and the registry of connections behind it, and the gateway's own methods. Uses session,
 * connection, broker, backend, protocol and config.
 */
@NullMarked
package kefu.gateway;

import org.jspecify.annotations.NullMarked;
