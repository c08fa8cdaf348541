/** How fast and how many: the means by which every bound is kept. Uses nothing else of the gateway. */
@NullMarked
package kefu.limit;

import org.jspecify.annotations.NullMarked;
