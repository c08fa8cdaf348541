package kefu.chaos;

import static java.util.stream.Collectors.joining;

import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** What one client has heard of each channel, up to which place. Used under the client's lock. */
final class Places {
    private final Map<String, Place> places = new HashMap<>();

    private record Place(String epoch, long off) {}

    /** For a login or resume. */
    String json() {
        return places.entrySet().stream()
                .map(place -> "\"%s\":{\"epoch\":\"%s\",\"off\":%d}"
                        .formatted(place.getKey(), place.getValue().epoch, place.getValue().off))
                .collect(joining(",", "{", "}"));
    }

    /** Something was published. @return what is wrong with that; empty: nothing */
    String heard(String channel, long off) {
        Place place = places.get(channel);
        if (place == null) {
            return "publication of a channel that it does not hear";
        }
        places.put(channel, new Place(place.epoch, off));
        return off <= place.off ? "offset not above the last" : "";
    }

    /** The places of an answer or a {@code gap}. @return how many channels were not recovered */
    int take(JsonObject channels) {
        int lost = 0;
        for (String channel : channels.keySet()) {
            JsonObject at = channels.getJsonObject(channel);
            boolean recovered = at.getBoolean("recovered", true);
            if (!recovered && places.containsKey(channel)) {
                lost++;
            }
            String off = recovered || !at.containsKey("top") ? "off" : "top";
            places.put(
                    channel,
                    new Place(at.getString("epoch"), at.getJsonNumber(off).longValue()));
        }
        return lost;
    }
}
