/** Puts the gateway together: the only place that chooses implementations. Uses everything. */
@NullMarked
package kefu;

import org.jspecify.annotations.NullMarked;
