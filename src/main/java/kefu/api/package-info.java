/** The HTTP API for backends and ops. Uses gateway and everything below it. */
@NullMarked
package kefu.api;

import org.jspecify.annotations.NullMarked;
