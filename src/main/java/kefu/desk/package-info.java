/** The built-in backend for room and private messages. It answers where no backend is set. Uses backend, broker and protocol. */
@NullMarked
package kefu.desk;

import org.jspecify.annotations.NullMarked;
