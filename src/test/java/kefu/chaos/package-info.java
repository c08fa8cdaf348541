/** Clients that are kept busy while the gateway is redeployed, and what they have missed of it. */
@NullMarked
package kefu.chaos;

import org.jspecify.annotations.NullMarked;
