package kefu.protocol;

/**
 * A place in a channel's stream. Whoever holds {@code (e, 17)} has heard everything up to the 17th publication of the
 * epoch {@code e}; offsets of different epochs have nothing to do with each other.
 *
 * @param off how many publications there were; the first one has the offset 1
 */
public record Position(String epoch, long off) {}
