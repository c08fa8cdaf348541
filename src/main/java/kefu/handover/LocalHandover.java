package kefu.handover;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.PresenceSnapshot;
import kefu.broker.SessionRecord;
import kefu.broker.StreamsSnapshot;
import kefu.config.HandoverSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.connection.IdempotencyCache;
import kefu.events.PresenceEvents;
import kefu.events.WaitingEvents;
import kefu.gateway.Gateway;
import kefu.lifecycle.Handover;
import kefu.metrics.LogLine;
import kefu.protocol.Version;

/**
 * Hands the sessions and streams of this process over by a file: sessions first, since they must be whole, then the newest
 * answers to their requests, and then the streams with the newest publications that there is room for.
 */
public final class LocalHandover implements Handover {
    private static final Logger LOG = Logger.getLogger(LocalHandover.class.getName());

    /** A client whose line was cut before the handover has this long to come back to the next deployment. */
    private static final Duration LEAST_GRACE = Duration.ofSeconds(5);

    private final Gateway gateway;
    private final LocalBroker broker;
    private final LocalPresence presence;
    private final Optional<PresenceEvents> events;
    private final Clock clock;
    private final long maxBytes;
    private final Duration maxAge;
    private final Duration grace;

    public LocalHandover(
            Settings settings,
            Gateway gateway,
            LocalBroker broker,
            LocalPresence presence,
            Optional<PresenceEvents> events,
            Clock clock) {
        this.gateway = gateway;
        this.broker = broker;
        this.presence = presence;
        this.events = events;
        this.clock = clock;
        this.maxBytes = settings.get(HandoverSettings.MAX_BYTES);
        this.maxAge = settings.get(HandoverSettings.MAX_AGE);
        this.grace = settings.get(StreamSettings.GRACE);
    }

    @Override
    public void write(Path directory) throws IOException {
        PresenceSnapshot sessions = presence.snapshot();
        StreamsSnapshot streams = broker.snapshot();
        AtomicInteger entries = new AtomicInteger();
        AtomicInteger cut = new AtomicInteger();
        WaitingEvents waiting = events.map(PresenceEvents::pause).orElseGet(WaitingEvents::nothing);
        try {
            new HandoverFile(directory).write(to -> {
                to.number(clock.millis());
                SessionsFormat.write(to, sessions);
                cut.set(SessionsFormat.writeAnswers(to, gateway.answers(), Math.max(0, maxBytes - to.size()) / 2));
                EventsFormat.write(to, waiting);
                if (to.size() > maxBytes) {
                    throw new IOException("the sessions take more than " + HandoverSettings.MAX_BYTES.key());
                }
                entries.set(StreamsFormat.write(to, streams, maxBytes));
            });
        } catch (IOException | RuntimeException | Error failed) { // a class may be gone already
            events.ifPresent(sender -> sender.goOn(WaitingEvents.nothing())); // as far as the backend takes them now
            throw failed;
        }
        events.ifPresent(PresenceEvents::forget);
        LOG.info(() -> LogLine.of("HandOver")
                .with("sessions", sessions.sessions().size())
                .with("publications", entries.get())
                .with("cut", streams.newestFirst().size() - entries.get() + cut.get())
                .with("events", waiting.changes().size())
                .toString());
    }

    @Override
    public boolean isWaiting(Path directory) {
        return new HandoverFile(directory).exists();
    }

    @Override
    public Optional<Duration> read(Path directory) throws IOException {
        HandoverFile file = new HandoverFile(directory);
        try {
            Optional<HandoverReader> found = file.take();
            return found.isEmpty() ? Optional.empty() : Optional.of(goOnWith(found.get()));
        } catch (UnreadableHandoverException refused) {
            LOG.warning(() ->
                    LogLine.of("TakeOver").with("refused", refused.getMessage()).toString());
            return Optional.empty();
        } finally {
            file.delete();
        }
    }

    /** @return the time since the file was written */
    private Duration goOnWith(HandoverReader from) throws IOException {
        long ageMillis = Math.max(0, clock.millis() - from.number()); // a clock may have been set back
        PresenceSnapshot sessions = SessionsFormat.read(from);
        Map<String, IdempotencyCache.Snapshot> answers = SessionsFormat.readAnswers(from);
        WaitingEvents waiting = EventsFormat.read(from);
        StreamsSnapshot streams = StreamsFormat.read(from, ageMillis);
        boolean isTooOld = ageMillis > maxAge.toMillis();
        broker.restore(streams);
        presence.restore(sessions, isTooOld ? Duration.ZERO : grace, isTooOld ? Duration.ZERO : LEAST_GRACE);
        for (PresenceSnapshot.Session session : sessions.sessions()) {
            SessionRecord record = session.record();
            if (record.member().version() == Version.V2) {
                gateway.adopt(record, answers.getOrDefault(record.member().client(), IdempotencyCache.Snapshot.EMPTY));
            }
        }
        events.ifPresent(sender -> sender.goOn(waiting));
        LOG.info(() -> LogLine.of("TakeOver")
                .with("sessions", sessions.sessions().size())
                .with("publications", streams.newestFirst().size())
                .with("events", waiting.changes().size())
                .with("millis", ageMillis)
                .toString());
        return Duration.ofMillis(ageMillis);
    }
}
