/**
 * The WebSocket endpoint, the dispatcher behind it, and the gateway's own methods. Uses session, broker, backend, protocol
 * and config.
 */
@NullMarked
package kefu.gateway;

import org.jspecify.annotations.NullMarked;
