/** The file by which a deployment goes on with the sessions and streams of the one before: its format, and what is in it. */
@NullMarked
package kefu.handover;

import org.jspecify.annotations.NullMarked;
