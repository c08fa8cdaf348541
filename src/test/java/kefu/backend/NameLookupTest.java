package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend whose name is looked up slowly holds nobody but its own calls. */
class NameLookupTest extends HttpBackendTestbed {
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final Queue<Runnable> lookUps = new ArrayDeque<>();
    private final AtomicLong now = new AtomicLong();
    private final List<Optional<UnknownHostException>> told = new ArrayList<>();
    private Optional<InetAddress> address = Optional.of(found());

    private static InetAddress found() {
        try {
            return InetAddress.getByAddress("service", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException never) {
            throw new IllegalStateException(never);
        }
    }

    private NameLookup lookUp(Duration kept) {
        return new NameLookup(
                "service",
                Runnable::run,
                now::get,
                host -> address.orElseThrow(() -> new UnknownHostException(host)),
                kept);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private URI named(StubService service) {
        return URI.create(service.url().toString().replace("127.0.0.1", "localhost"));
    }

    @Test
    void aCallReturnsWhileTheNameIsLookedUpAndIsSentThen() throws Exception {
        resolver = lookUps::add;
        StubService service = service((request, socket) -> StubService.ok(socket, "ok"));
        HttpBackend backend = backend(named(service));
        List<CompletableFuture<Backend.Answer>> answers = IntStream.range(0, 100)
                .mapToObj(i -> backend.call(call("any")).toCompletableFuture())
                .toList();
        assertTrue(answers.stream().noneMatch(CompletableFuture::isDone));
        assertEquals(1, lookUps.size(), "one thread looks it up for all");
        lookUps.remove().run();
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(new Backend.Answered("ok"), answer.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatHasWaitedTooLongForTheNameIsAnsweredAndNeverSent() throws Exception {
        resolver = lookUps::add;
        StubService service = service((request, socket) -> StubService.ok(socket, "ok"));
        AtomicLong time = new AtomicLong();
        HttpBackend backend = backend(named(service), time);
        CompletableFuture<Backend.Answer> late = backend.call(call("late")).toCompletableFuture();
        time.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertEquals(NO_ANSWER, late.get(30, TimeUnit.SECONDS));
        CompletableFuture<Backend.Answer> next = backend.call(call("next")).toCompletableFuture();
        lookUps.remove().run();
        assertEquals(new Backend.Answered("ok"), next.get(30, TimeUnit.SECONDS));
        assertEquals(1, service.requests.size());
    }

    @Test
    void aNameThatIsNotFoundIsNoAnswer() throws Exception {
        assertEquals(NO_ANSWER, answer(backend(URI.create("http://nosuch.invalid/")), "any"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void anAddressIsNotLookedUp(String host) {
        assertTrue(new NameLookup(host, lookUps::add, now::get).isKnown());
    }

    @Test
    void whatWasFoundIsKnownForAsLongAsTheJvmKeepsItAtLeast() {
        NameLookup name = lookUp(KEPT);
        assertFalse(name.isKnown());
        name.lookUp(told::add);
        assertFalse(name.isKnown(), "the JVM may have kept it for long, and forget it now");
        pass(Duration.ofSeconds(20));
        name.lookUp(told::add);
        assertFalse(name.isKnown());
        pass(Duration.ofSeconds(1));
        address = Optional.of(found()); // another object: it was found after the time of the last look
        name.lookUp(told::add);
        assertTrue(name.isKnown());
        pass(Duration.ofSeconds(29).minusNanos(1));
        assertTrue(name.isKnown());
        pass(Duration.ofNanos(1));
        assertFalse(name.isKnown(), "30 s after the last look that gave the one before");
        assertEquals(3, told.size());
    }

    @Test
    void whereTheJvmKeepsNothingTheNameIsNeverKnown() {
        NameLookup name = lookUp(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            address = Optional.of(found());
            name.lookUp(told::add);
            assertFalse(name.isKnown());
            pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void afterAFailureItIsKnownAgainAndWhoWaitedIsTold() {
        NameLookup name = lookUp(KEPT);
        name.lookUp(told::add);
        address = Optional.empty();
        name.lookUp(told::add);
        assertTrue(told.get(1).isPresent());
        assertFalse(name.isKnown());
        pass(Duration.ofSeconds(10));
        address = Optional.of(found());
        name.lookUp(told::add);
        assertTrue(name.isKnown());
        assertEquals(3, told.size());
    }

    @Test
    void theJvmGivesTheSameObjectWhileItKeepsAnAddress() throws Exception {
        // what the time that a name is known for rests on
        InetAddress first = InetAddress.getByName("localhost");
        Await.until(() -> {
            try {
                InetAddress again = InetAddress.getByName("localhost");
                return again == InetAddress.getByName("localhost");
            } catch (UnknownHostException none) {
                return false;
            }
        });
        assertEquals(first, InetAddress.getByName("localhost"));
    }
}
