/**
 * What is there only because of a container: the start of CDI, the timer of Tyrus, and calls that leave no class loader behind.
 * Uses nothing else of the gateway.
 */
@NullMarked
package kefu.container;

import org.jspecify.annotations.NullMarked;
