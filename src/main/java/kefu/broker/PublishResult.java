package kefu.broker;

import kefu.protocol.Position;

/**
 * What became of a publication.
 *
 * @param delivered the sessions that were in the channel at that moment and are in its audience; that it reached them
 *     is proved by the offsets that they know, not by this
 * @param stored whether a session that comes back with an earlier position will get it
 * @param position of the publication; of the one before where it was dropped
 */
public record PublishResult(int delivered, boolean stored, Position position) {}
