package kefu.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.gateway.SessionCommands;
import kefu.gateway.SessionCommands.Outcome;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/** The calls that change sessions: join and leave, bind and unbind, ungroup, close. */
final class Commands {
    private final SessionCommands clients;
    private final Presence presence;

    Commands(SessionCommands clients, Presence presence) {
        this.clients = clients;
        this.presence = presence;
    }

    // The components are the answers' members.
    public record Left(int left) {}

    public record Closed(int closed) {}

    Answer join(Call call) {
        return done(call, clients.join(call.client(), Channel.group(call.id("group"))), "group");
    }

    Answer leave(Call call) {
        return done(call, clients.leave(call.client(), Channel.group(call.id("group"))), "group");
    }

    Answer bind(Call call) {
        return done(call, clients.join(call.client(), Channel.agent(call.id("uid"))), "uid");
    }

    Answer unbind(Call call) {
        return done(call, clients.leave(call.client(), Channel.agent(call.id("uid"))), "uid");
    }

    Answer ungroup(Call call) {
        return Answer.ok(new Left(call.await(clients.leaveAll(Channel.group(call.id("group"))))));
    }

    Answer closeClient(Call call) {
        return done(call, clients.close(call.client(), lastWord(call)), "client");
    }

    /** Closes every session of the agent, in all groups. */
    Answer closeUid(Call call) {
        Id uid = call.id("uid");
        Optional<String> lastWord = lastWord(call);
        List<CompletionStage<Outcome>> closing = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            Presence.Page<Member> page = call.await(presence.sessions(Channel.agent(uid), after.get(), Call.MAX_LIMIT));
            page.items().stream()
                    .filter(member ->
                            member.uid().equals(uid)) // a session that is only bound to the agent belongs to another
                    .forEach(member -> closing.add(clients.close(member.client(), lastWord)));
            after = page.next();
        }
        long closed =
                closing.stream().map(call::await).filter(Outcome.DONE::equals).count();
        return Answer.ok(new Closed((int) closed));
    }

    private static Optional<String> lastWord(Call call) {
        return Fields.of(call.body(), "", Set.of("message"))
                .optionalObject("message")
                .map(Object::toString);
    }

    private static Answer done(Call call, CompletionStage<Outcome> change, String own) {
        return switch (call.await(change)) {
            case DONE -> Answer.done();
            case UNKNOWN -> throw Refusal.unknownClient("client");
            case OWN -> throw Refusal.own(own);
            case FULL -> throw Refusal.full(own);
        };
    }
}
