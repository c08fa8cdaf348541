package kefu.gateway.http;

import java.io.IOException;
import java.util.List;
import kefu.protocol.Json;
import kefu.protocol.Version;

/** A client whose stream a container serves, by the rules for responses that are written without waiting. Thread-safe. */
final class FakeStream {
    private final FakeResponse response = new FakeResponse();
    private final Streams streams;
    private long next = 1;

    FakeStream(Streams streams, Version version) throws IOException {
        this.streams = streams;
        streams.open(response.request(), version, "");
        response.listener().onWritePossible();
    }

    /** All events so far. */
    List<Event> events() {
        return response.events();
    }

    /** The data of the events of a type, in their order. */
    List<String> events(String type) {
        return events().stream()
                .filter(event -> event.type().equals(type))
                .map(Event::data)
                .toList();
    }

    List<String> messages() {
        return events().stream().flatMap(event -> event.message().stream()).toList();
    }

    String id() {
        return Json.parse(events().get(0).data()).orElseThrow().asJsonObject().getString("connection");
    }

    boolean isConnected() {
        return streams.find(id()).isPresent();
    }

    boolean hasEnded() {
        return response.isCompleted();
    }

    /** Reads no more. */
    void stick() {
        response.stick();
    }

    /** Reads on. */
    void unstick() throws IOException {
        response.unstick();
    }

    /** The container finds that the client has gone. */
    void breaks() {
        response.listener().onError(new IOException("broken pipe"));
    }

    /** Posts what comes next. @return the status of the answer */
    int post(Event... events) {
        int status = post(next, events);
        next += events.length;
        return status;
    }

    /** @return the status of the answer */
    int post(long first, Event... events) {
        int[] answer = {404};
        streams.find(id()).ifPresent(there -> there.post(first, List.of(events), status -> answer[0] = status));
        return answer[0];
    }

    int send(String text) {
        return post(Event.message(text));
    }

    void login(String uid) {
        send("{\"method\":\"login\",\"bid\":1,\"customer_id\":\"%s\",\"customer_name\":\"n\"}".formatted(uid));
    }
}
