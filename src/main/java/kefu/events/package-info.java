/**
 * The presence events that the backend is told of: who came online and who went offline.
 * Uses broker, backend, protocol, metrics and config.
 */
@NullMarked
package kefu.events;

import org.jspecify.annotations.NullMarked;
