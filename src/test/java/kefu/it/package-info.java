/** The built WAR in the real containers: tests, and the small tools they share. */
@NullMarked
package kefu.it;

import org.jspecify.annotations.NullMarked;
