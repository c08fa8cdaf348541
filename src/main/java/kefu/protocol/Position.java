package kefu.protocol;

/**
 * A place in a channel's stream. A client at {@code (e, 17)} has got everything up to the 17th publication of the
 * epoch {@code e}. Offsets of different epochs cannot be compared.
 *
 * @param off the offset of the last publication; the first publication has the offset 1
 */
public record Position(String epoch, long off) {}
