package kefu.handover;

import java.io.IOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kefu.broker.Member;
import kefu.broker.PresenceSnapshot;
import kefu.broker.SessionRecord;
import kefu.connection.IdempotencyCache;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Status;
import kefu.protocol.Version;

/** How sessions and the requests that they have made are written. */
final class SessionsFormat {
    private SessionsFormat() {}

    static void write(HandoverWriter to, PresenceSnapshot sessions) throws IOException {
        to.number(sessions.version());
        to.all(sessions.sessions(), SessionsFormat::session);
    }

    static PresenceSnapshot read(HandoverReader from) throws IOException {
        long version = from.number();
        return new PresenceSnapshot(from.all(SessionsFormat::session), version);
    }

    private static void session(HandoverWriter to, PresenceSnapshot.Session session) throws IOException {
        SessionRecord record = session.record();
        member(to, record.member());
        to.text(record.ticketHash());
        to.number(record.attempt());
        to.all(record.joined(), (out, channel) -> out.text(channel.name()));
        to.text(record.data().toString());
        to.number(record.revision());
        to.optionalNumber(session.graceLeftMillis());
        to.number(session.onlineVersion());
    }

    private static PresenceSnapshot.Session session(HandoverReader from) throws IOException {
        SessionRecord record = new SessionRecord(
                member(from),
                from.text(),
                from.number(),
                Set.copyOf(from.all(in -> new Channel(in.text()))),
                from.object(),
                from.smallNumber());
        return new PresenceSnapshot.Session(record, from.optionalNumber(), from.number());
    }

    private static void member(HandoverWriter to, Member member) throws IOException {
        to.text(member.client());
        to.id(member.group());
        to.id(member.uid());
        to.text(member.name());
        to.text(member.version().name());
        to.text(member.node());
        to.number(member.since());
        to.flag(member.isConnected());
        to.number(member.generation());
        to.number(member.status().number());
    }

    private static Member member(HandoverReader from) throws IOException {
        return new Member(
                from.text(),
                from.id(),
                from.id(),
                from.text(),
                Version.valueOf(from.text()),
                from.text(),
                from.number(),
                from.flag(),
                from.smallNumber(),
                from.format() < HandoverFile.WITH_STATUS ? Status.ONLINE : status(from));
    }

    private static Status status(HandoverReader from) throws IOException {
        return Status.of(from.number()).orElseThrow(() -> new UnreadableHandoverException("a status is none"));
    }

    /**
     * Writes the requests of each session, and the newest answers that there is room for: the sessions go on without the others.
     *
     * @param answers by client
     * @param mostBytes of all answers
     * @return how many answers there was no room for
     */
    static int writeAnswers(HandoverWriter to, Map<String, IdempotencyCache.Snapshot> answers, long mostBytes)
            throws IOException {
        List<IdempotencyCache.Kept> newestFirst = answers.values().stream()
                .flatMap(one -> one.requests().stream())
                .filter(request -> request.answer().isPresent())
                .sorted(Comparator.comparingLong(IdempotencyCache.Kept::millisAgo))
                .toList();
        int fitting = fitting(newestFirst, mostBytes);
        Set<IdempotencyCache.Kept> cut = Collections.newSetFromMap(new IdentityHashMap<>());
        cut.addAll(newestFirst.subList(fitting, newestFirst.size()));
        to.all(answers.entrySet(), (out, one) -> {
            out.text(one.getKey());
            out.flag(one.getValue().forgot());
            out.all(
                    one.getValue().requests(),
                    (item, request) -> request(item, cut.contains(request) ? request.dropped() : request));
        });
        return cut.size();
    }

    /** @return how many of these there is room for */
    private static int fitting(List<IdempotencyCache.Kept> requests, long mostBytes) {
        long bytes = 0;
        for (int i = 0; i < requests.size(); i++) {
            IdempotencyCache.Kept request = requests.get(i);
            bytes += request.digest().length()
                    + (long) Frame.utf8Length(request.answer().orElse(""));
            if (bytes > mostBytes) {
                return i;
            }
        }
        return requests.size();
    }

    static Map<String, IdempotencyCache.Snapshot> readAnswers(HandoverReader from) throws IOException {
        Map<String, IdempotencyCache.Snapshot> answers = new HashMap<>();
        from.all(in ->
                answers.put(in.text(), new IdempotencyCache.Snapshot(in.flag(), in.all(SessionsFormat::request))));
        return answers;
    }

    private static void request(HandoverWriter to, IdempotencyCache.Kept request) throws IOException {
        to.text(request.id());
        to.text(request.digest());
        to.optional(request.answer(), HandoverWriter::text);
        to.number(request.millisAgo());
    }

    private static IdempotencyCache.Kept request(HandoverReader from) throws IOException {
        return new IdempotencyCache.Kept(from.text(), from.text(), from.optional(HandoverReader::text), from.number());
    }
}
