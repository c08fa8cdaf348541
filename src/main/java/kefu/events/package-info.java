/**
 * The presence events for the backend: agents who came online or went offline.
 * Uses broker, backend, protocol, metrics and config.
 */
@NullMarked
package kefu.events;

import org.jspecify.annotations.NullMarked;
