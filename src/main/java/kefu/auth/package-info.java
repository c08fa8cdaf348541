/**
 * Who a login is: what it claims, and what proves it. Knows the protocol's ids and JSON, and the settings; nothing else of
 * the gateway.
 */
@NullMarked
package kefu.auth;

import org.jspecify.annotations.NullMarked;
