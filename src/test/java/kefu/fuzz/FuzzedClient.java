package kefu.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.gateway.TestGateway;
import kefu.protocol.FrameDecoder;
import kefu.protocol.Id;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Session;

/** A client that sends anything, and knows by the answers in which group it is listed. */
final class FuzzedClient {
    private final TestGateway.Client client;
    private final Version version;
    private int looked; // at so many frames
    private int sent;
    private Optional<String> group = Optional.empty();
    private String ticket = "";
    private int attempts;

    FuzzedClient(TestGateway gateway, Version version) {
        this.client = gateway.connect(new FakeWire(), version);
        this.version = version;
    }

    /** The group that lists it; empty: none does. */
    Optional<String> group() {
        return group;
    }

    String client() {
        Session session = Session.on(client.connection);
        return session == null ? client.connection.client() : session.member().client();
    }

    /** Sends it, waits until it is answered if it is to be, and looks at all that has come. */
    void send(String text) {
        client.send(text);
        String last = "last-" + sent++;
        // stands alone: when it is answered, everything before it was
        client.send(
                version == Version.V2
                        ? "{\"method\":\"login\",\"bid\":[],\"id\":\"" + last + "\"}"
                        : "{\"method\":\"" + last + "\"}");
        Await.until(() -> unseen().stream().anyMatch(frame -> frame.contains("\"" + last + "\"")));
        List<String> frames = unseen();
        frames.forEach(frame -> follow(text, Answers.frame(frame)));
        looked += frames.size();
    }

    private List<String> unseen() {
        List<String> frames = client.wire.received();
        return frames.subList(looked, frames.size());
    }

    private void follow(String text, JsonObject frame) {
        String method = frame.getString("method", "");
        if (frame.containsKey("customer_list")) {
            JsonObject body = ((Request.Call) new FrameDecoder().decode(text, version)).body();
            // a login with a token need not say it: then it is the token's only one
            group = method.equals("resume")
                    ? group
                    : Optional.of(Id.of(body.get("bid")).map(Id::key).orElse(Tokens.GROUP));
            ticket = frame.getString("ticket", ticket);
        } else if (method.equals("logout") && !frame.containsKey("msg")) {
            group = Optional.empty();
        }
    }

    boolean hasEnded() {
        return client.connection.hasEnded();
    }

    /** Says goodbye. */
    void close() {
        client.connection.ended(1000);
    }

    boolean mayResume() {
        return version == Version.V2 && group.isPresent();
    }

    /** Loses its line, and goes on on another one. */
    FuzzedClient resume(TestGateway gateway) {
        client.connection.ended(1006);
        FuzzedClient next = new FuzzedClient(gateway, version);
        next.group = group;
        next.ticket = ticket;
        next.attempts = attempts + 1;
        next.send("{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":" + next.attempts + "}");
        assertEquals(client(), next.client(), "the session that it had");
        return next;
    }
}
