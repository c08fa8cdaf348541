package kefu.broker;

import java.util.Optional;

/**
 * One thing that is said in a channel.
 *
 * @param payload the text of a JSON object, as a client of v2 is to see it
 * @param byGateway the gateway's own, which is escaped for v1; a backend's is for nobody
 * @param id publishes once: another publication with this id in the same channel within 5 minutes does nothing, and is
 *     answered as the first was
 * @param onlyIfHeard is dropped where no session is there to hear it
 */
public record Publication(
        String payload, boolean byGateway, Audience audience, Optional<String> id, boolean onlyIfHeard) {

    /** What the gateway itself tells everybody in the channel. */
    public static Publication byGateway(String payload) {
        return byGateway(payload, Audience.EVERYBODY);
    }

    /** What the gateway itself tells those in the channel whom it concerns. */
    public static Publication byGateway(String payload, Audience audience) {
        return new Publication(payload, true, audience, Optional.empty(), false);
    }

    /** What one agent says to others: there is nothing to say where nobody hears it. */
    public static Publication said(String payload, Audience audience) {
        return said(payload, audience, Optional.empty());
    }

    /** The same. @param id says it once; empty: it may be said again */
    public static Publication said(String payload, Audience audience, Optional<String> id) {
        return new Publication(payload, true, audience, id, true);
    }

    /** What a backend tells. @param id empty: it may be published again */
    public static Publication byBackend(String payload, Audience audience, Optional<String> id) {
        return new Publication(payload, false, audience, id, false);
    }
}
