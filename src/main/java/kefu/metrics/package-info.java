/** What is counted and measured. Uses nothing else of the gateway. */
@NullMarked
package kefu.metrics;

import org.jspecify.annotations.NullMarked;
