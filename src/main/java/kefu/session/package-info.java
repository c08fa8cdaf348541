/** One session: its identity and its subscriptions. It outlives its connection. Uses connection, broker and protocol. */
@NullMarked
package kefu.session;

import org.jspecify.annotations.NullMarked;
