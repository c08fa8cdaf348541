package kefu.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import kefu.api.PushRequest.Target;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.protocol.Channel;
import kefu.protocol.ErrorCode;
import kefu.protocol.Id;

/** {@code POST /api/push}. */
final class Pushes {
    private final Broker broker;
    private final Presence presence;

    Pushes(Broker broker, Presence presence) {
        this.broker = broker;
        this.presence = presence;
    }

    // The components are the answer's members.
    public record Results(List<Result> results) {}

    public record Result(
            To to,
            int delivered,
            boolean stored,
            Optional<Long> off,
            Optional<String> epoch,
            Optional<String> code,
            Optional<String> msg) {}

    public record To(Optional<String> group, Optional<String> uid, Optional<String> client, Optional<Boolean> all) {}

    Answer push(Call call) {
        PushRequest push = PushRequest.of(call.body());
        Map<Channel, CompletionStage<Optional<PublishResult>>> published = new LinkedHashMap<>();
        List<CompletionStage<Optional<PublishResult>>> answers = push.to().stream()
                // a channel that is named twice gets it once
                .map(target -> published.computeIfAbsent(target.channel(), key -> publish(target, push.publication())))
                .toList();
        List<Result> results = IntStream.range(0, answers.size())
                .mapToObj(i -> result(push.to().get(i), call.await(answers.get(i))))
                .toList();
        if (push.single() && results.get(0).code().isPresent()) {
            throw Refusal.unknownClient("to.client");
        }
        return Answer.ok(new Results(results));
    }

    /**
     * A client that has gone has no channel. But a push that was made before, with the same id, while the client was
     * connected, gets the same answer again.
     *
     * @return empty: there is no such client
     */
    private CompletionStage<Optional<PublishResult>> publish(Target target, Publication publication) {
        if (!target.kind().equals("client")) {
            return broker.publish(target.channel(), publication).thenApply(Optional::of);
        }
        return presence.session(target.channel().key())
                .thenCompose(found -> found.isPresent()
                        ? broker.publish(target.channel(), publication).thenApply(Optional::of)
                        : broker.publish(target.channel(), onlyIfHeard(publication))
                                .thenApply(Optional::of)
                                .thenApply(before -> before.filter(p -> p.delivered() > 0 || p.stored())));
    }

    private static Publication onlyIfHeard(Publication p) {
        return new Publication(p.payload(), p.byGateway(), p.audience(), p.id(), true);
    }

    private static Result result(Target target, Optional<PublishResult> published) {
        return new Result(
                to(target),
                published.map(PublishResult::delivered).orElse(0),
                published.map(PublishResult::stored).orElse(false),
                published.map(p -> p.position().off()),
                published.map(p -> p.position().epoch()),
                published.isPresent() ? Optional.empty() : Optional.of(ErrorCode.NOT_ONLINE.code()),
                published.isPresent() ? Optional.empty() : Optional.of(ErrorCode.NOT_ONLINE.message()));
    }

    private static To to(Target target) {
        Optional<String> id = target.id().map(Id::key);
        return new To(
                id.filter(key -> target.kind().equals("group")),
                id.filter(key -> target.kind().equals("uid")),
                id.filter(key -> target.kind().equals("client")),
                id.isEmpty() ? Optional.of(true) : Optional.empty());
    }
}
