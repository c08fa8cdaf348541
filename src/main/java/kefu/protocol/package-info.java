/**
 * What goes over the wire: frames in and out, their decoder and encoder, error codes and close codes. Uses nothing
 * else of the gateway.
 */
@NullMarked
package kefu.protocol;

import org.jspecify.annotations.NullMarked;
