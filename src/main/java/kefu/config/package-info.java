/** Every setting, its unit, default and check. Uses nothing else of the gateway. */
@NullMarked
package kefu.config;

import org.jspecify.annotations.NullMarked;
