/** The meters, and the form of the lines of the log. Uses nothing else of the gateway. */
@NullMarked
package kefu.metrics;

import org.jspecify.annotations.NullMarked;
