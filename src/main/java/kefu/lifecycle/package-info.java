/**
 * Which deployment serves: its state, the lock that makes it the owner of the sessions, and how one deployment asks another to
 * hand over. Uses the log's lines only.
 */
@NullMarked
package kefu.lifecycle;

import org.jspecify.annotations.NullMarked;
