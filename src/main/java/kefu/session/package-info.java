/** One session: its identity and its subscriptions. It may outlive its connection. Uses connection, broker and protocol. */
@NullMarked
package kefu.session;

import org.jspecify.annotations.NullMarked;
