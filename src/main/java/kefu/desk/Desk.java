package kefu.desk;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.backend.Backend;
import kefu.backend.NoBackend;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.protocol.Channel;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Version;

/** The built-in backend: room and private messages between agents. Any other method goes to the backend behind it. Thread-safe. */
public final class Desk implements Backend {
    private static final int MAX_CONTENT_BYTES = 8 << 10;
    private static final String ROOM = "all";

    private final Broker broker;
    private final Clock clock;
    private final Backend rest;
    private final Map<String, Function<Call, CompletionStage<Answer>>> methods = Map.of("say", this::say);

    /** Without a backend behind it. */
    public Desk(Broker broker, Clock clock) {
        this(broker, clock, new NoBackend());
    }

    /** @param rest answers what the desk does not */
    public Desk(Broker broker, Clock clock, Backend rest) {
        this.broker = broker;
        this.clock = clock;
        this.rest = rest;
    }

    @Override
    public Set<String> builtInMethods() {
        return methods.keySet();
    }

    @Override
    public CompletionStage<Answer> call(Call call) {
        return methods.getOrDefault(call.method(), rest::call).apply(call);
    }

    @Override
    public void close() {
        rest.close();
    }

    private CompletionStage<Answer> say(Call call) {
        if (call.member().isEmpty()) {
            return now(new Refused(ErrorCode.LOGIN_REQUIRED));
        }
        Member speaker = call.member().get();
        JsonObject body = call.body();
        Optional<Id> to = Id.of(body.get("to"));
        if (to.isEmpty() || !(body.get("content") instanceof JsonString content)) {
            return now(new Refused(ErrorCode.BAD_ARGUMENT));
        }
        if (Frame.utf8Length(content.getString()) > MAX_CONTENT_BYTES) {
            return now(new Refused(ErrorCode.BAD_ARGUMENT));
        }
        long timestamp = clock.instant().getEpochSecond();
        String payload = Frames.sayPush(
                speaker.client(),
                call.id(),
                speaker.uid(),
                speaker.name(),
                to.get().json(),
                content.getString(),
                timestamp);
        Optional<String> once = call.id().map(id -> speaker.client() + " " + id);
        return to.get().key().equals(ROOM)
                ? publish(Channel.group(speaker.group()), Publication.said(payload, Audience.EVERYBODY, once))
                        .thenApply(room -> said(speaker, timestamp, room.delivered()))
                : sayPrivately(speaker, to.get(), timestamp, payload, once);
    }

    /** Publishes to all sessions of the receiver. Where one of them hears it, the speaker's other sessions get it too. */
    private CompletionStage<Answer> sayPrivately(
            Member speaker, Id to, long timestamp, String payload, Optional<String> once) {
        Audience group = Audience.of(speaker.group());
        return publish(Channel.agent(to), Publication.said(payload, group, once))
                .thenCompose(theirs -> {
                    if (theirs.delivered() == 0
                            && !theirs.stored()) { // no session is connected, and none may resume and get it
                        return now(new Refused(ErrorCode.NOT_ONLINE));
                    }
                    if (to.equals(speaker.uid())) {
                        return now(said(speaker, timestamp, theirs.delivered()));
                    }
                    Audience others = group.except(speaker.client());
                    return publish(Channel.agent(speaker.uid()), Publication.said(payload, others, once))
                            .thenApply(own -> said(speaker, timestamp, theirs.delivered() + own.delivered()));
                });
    }

    private CompletionStage<PublishResult> publish(Channel channel, Publication said) {
        return broker.publish(channel, said);
    }

    private static Answer said(Member speaker, long timestamp, int delivered) {
        boolean isToldWhen = speaker.version() == Version.V2;
        return new Answered(Frames.sayAnswer(delivered, isToldWhen ? Optional.of(timestamp) : Optional.empty()));
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
