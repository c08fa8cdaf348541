package kefu.gateway;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import kefu.gateway.LoginResult.ChannelStart;
import kefu.gateway.LoginResult.Recovery;
import kefu.protocol.Channel;
import kefu.protocol.Json;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/** Positions in the frames of protocol v2, by the names of their channels. */
final class Positions {
    /** A client has four, and those that the API joined it to. */
    private static final int MOST = 1_000;

    private Positions() {}

    /** Reads a client's positions. What is no position is ignored: that channel starts at its end. */
    static Map<Channel, Position> of(@Nullable JsonValue json) {
        Map<Channel, Position> positions = new HashMap<>();
        if (json instanceof JsonObject channels && channels.size() <= MOST) {
            channels.forEach((name, value) -> {
                if (value instanceof JsonObject at && at.get("epoch") instanceof JsonString epoch) {
                    Json.count(at.get("off"))
                            .ifPresent(off -> positions.put(new Channel(name), new Position(epoch.getString(), off)));
                }
            });
        }
        return positions;
    }

    /** Writes the positions for a client. */
    static String text(Map<Channel, ChannelStart> positions) {
        StringBuilder text = new StringBuilder("{");
        positions.forEach((channel, heard) -> {
            text.append(text.length() == 1 ? "" : ",")
                    .append(Json.text(channel.name()))
                    .append(":{\"epoch\":\"")
                    .append(heard.from().epoch())
                    .append("\",\"off\":")
                    .append(heard.from().off());
            Recovery asked = heard.asked();
            if (asked != null) {
                text.append(",\"top\":")
                        .append(asked.top())
                        .append(",\"recovered\":")
                        .append(asked.recovered());
            }
            text.append('}');
        });
        return text.append('}').toString();
    }
}
