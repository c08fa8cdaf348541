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

/** Positions as a client of protocol v2 and the gateway tell them each other: by their channels' names. */
final class Positions {
    /** A client holds a handful, and what a backend let it join. */
    private static final int MOST = 1_000;

    private Positions() {}

    /** What a client knows. What is no position is left out: its channel begins where it is now. */
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

    /** What a client is told. */
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
