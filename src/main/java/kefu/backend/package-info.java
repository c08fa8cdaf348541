/** The customer-service backend as the gateway calls it, and the one over HTTP. Uses broker, protocol and config. */
@NullMarked
package kefu.backend;

import org.jspecify.annotations.NullMarked;
