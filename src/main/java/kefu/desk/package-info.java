/** The built-in backend, which answers where no other is set: room and private talk. Uses backend, broker and protocol. */
@NullMarked
package kefu.desk;

import org.jspecify.annotations.NullMarked;
