/**
 * Authentication: the claims of a login, and their proof. Uses protocol, metrics and config.
 */
@NullMarked
package kefu.auth;

import org.jspecify.annotations.NullMarked;
