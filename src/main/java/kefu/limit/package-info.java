/** Rate and quota limiters. Every bound is kept with them. Uses nothing else of the gateway. */
@NullMarked
package kefu.limit;

import org.jspecify.annotations.NullMarked;
