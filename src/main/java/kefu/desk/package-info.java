/** The built-in backend for room and private messages. It answers where no backend is set, or beside one. Uses backend, broker and protocol. */
@NullMarked
package kefu.desk;

import org.jspecify.annotations.NullMarked;
