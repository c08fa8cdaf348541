/**
 * One connection: what it has asked for, its outbound queue, the threads that serve them all. Uses broker and protocol.
 */
@NullMarked
package kefu.session;

import org.jspecify.annotations.NullMarked;
