package kefu.events;

import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kefu.broker.Presence;
import kefu.protocol.Json;

/**
 * An event as {@code docs/events.md} describes it.
 *
 * @param body JSON
 * @param headers by name: the body's signature, and whether the backend may have missed something
 */
public record EventRequest(String body, Map<String, String> headers) {
    private static final String ALGORITHM = "HmacSHA256";

    /** The JSON of an event. The components are its members, with names in lower case with underscores. */
    public record Told(String event, JsonValue bid, JsonValue customerId, String customerName, long version, long at) {}

    /**
     * @param key of the signature
     * @throws GeneralSecurityException where it cannot be signed
     */
    static EventRequest of(Presence.Change change, boolean withGap, String key) throws GeneralSecurityException {
        String body = json(change);
        String signature = signature(body, key);
        return new EventRequest(
                body,
                withGap
                        ? Map.of("X-Kefu-Signature", signature, "X-Kefu-Gap", "true")
                        : Map.of("X-Kefu-Signature", signature));
    }

    static String json(Presence.Change change) {
        return Json.write(new Told(
                change.online() ? "online" : "offline",
                change.group().json(),
                change.uid().json(),
                change.name(),
                change.version(),
                change.at()));
    }

    private static String signature(String body, String key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
