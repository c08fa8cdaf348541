/**
 * One WebSocket: its wire, its outbound queue, its requests in order, its heartbeat and its deadlines; and the threads that serve them all.
 * Uses protocol, limit, metrics, config, and container.
 */
@NullMarked
package kefu.connection;

import org.jspecify.annotations.NullMarked;
