package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import kefu.protocol.ErrorCode;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

class RequestSchedulerTest {
    private final List<String> served = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final RequestScheduler line = new RequestScheduler(64, 2, RequestSchedulerTest::turn, request -> {
        served.add(request.reply().method().orElse(""));
        CompletableFuture<Void> end = new CompletableFuture<>();
        ends.add(end);
        return end;
    });

    private static Request request(int n) {
        return request("r" + n);
    }

    private static Request request(String name) {
        return new Request.Refused(ErrorCode.BAD_METHOD, new Reply(Version.V2, Optional.of(name), Optional.empty()));
    }

    private static RequestScheduler.Mode turn(Request request) {
        return switch (request.reply().method().orElse("").charAt(0)) {
            case 's' -> RequestScheduler.Mode.CONCURRENT;
            case 'a' -> RequestScheduler.Mode.EXCLUSIVE;
            default -> RequestScheduler.Mode.SERIAL;
        };
    }

    private void end(String name) {
        ends.get(served.indexOf(name)).complete(null);
    }

    @Test
    void thoseWithAnIdAreServedSideBySideUpToTheBoundAndBesideTheOneInOrder() {
        for (String name : List.of("s1", "r1", "r2", "s2", "s3")) {
            line.add(request(name));
        }
        assertEquals(List.of("s1", "r1", "s2"), served);
        end("s2");
        assertEquals(List.of("s1", "r1", "s2", "s3"), served);
        end("r1");
        assertEquals(List.of("s1", "r1", "s2", "s3", "r2"), served);
    }

    @Test
    void oneThatStandsAloneWaitsForAllBeforeItAndLetsNothingPass() {
        for (String name : List.of("s1", "r1", "a1", "s2", "a2", "r2")) {
            line.add(request(name));
        }
        assertEquals(List.of("s1", "r1"), served);
        end("s1");
        assertEquals(List.of("s1", "r1"), served);
        end("r1");
        assertEquals(List.of("s1", "r1", "a1"), served);
        end("a1");
        assertEquals(List.of("s1", "r1", "a1", "s2"), served);
        end("s2");
        assertEquals(List.of("s1", "r1", "a1", "s2", "a2"), served);
        end("a2");
        assertEquals(List.of("s1", "r1", "a1", "s2", "a2", "r2"), served);
    }

    @Test
    void aClosedSchedulerServesOnlyWhatItMustAndTellsWhenAllHaveEnded() {
        for (String name : List.of("r1", "s1", "r2", "a-goodbye", "s2")) {
            line.add(request(name));
        }
        List<Request> dropped = new ArrayList<>();
        CompletableFuture<Void> ended =
                line.close(RequestSchedulerTest::isGoodbye, dropped::add).toCompletableFuture();
        assertEquals(
                List.of("r2", "s2"),
                dropped.stream()
                        .map(request -> request.reply().method().orElse(""))
                        .toList());
        assertEquals(RequestScheduler.Added.CLOSED, line.add(request("s3")));
        assertEquals(List.of("r1", "s1"), served, "what had begun goes on, and the goodbye waits for it");
        end("r1");
        end("s1");
        assertEquals(List.of("r1", "s1", "a-goodbye"), served);
        assertFalse(ended.isDone());
        end("a-goodbye");
        assertTrue(ended.isDone());
        assertEquals(RequestScheduler.Added.YES, line.add(request("a-goodbye")));
    }

    @Test
    void aSchedulerThatServesNothingHasEndedWhenItIsClosed() {
        assertTrue(line.close(request -> false, dropped -> {})
                .toCompletableFuture()
                .isDone());
    }

    private static boolean isGoodbye(Request request) {
        return request.reply().method().orElse("").contains("goodbye");
    }

    @Test
    void theNextIsServedWhenTheOneBeforeHasEnded() {
        line.add(request(0));
        line.add(request(1));
        line.add(request(2));
        assertEquals(List.of("r0"), served);
        ends.get(0).complete(null);
        assertEquals(List.of("r0", "r1"), served);
        ends.get(1).completeExceptionally(new IllegalStateException("failed"));
        assertEquals(List.of("r0", "r1", "r2"), served, "a failure ends a request too");
    }

    @Test
    void sixtyFourWaitBesidesTheOneThatIsServed() {
        line.add(request(0));
        IntStream.rangeClosed(1, 64).forEach(n -> assertEquals(RequestScheduler.Added.YES, line.add(request(n))));
        assertEquals(RequestScheduler.Added.FULL, line.add(request(65)));
        ends.get(0).complete(null);
        assertEquals(RequestScheduler.Added.YES, line.add(request(66)));
        assertEquals(RequestScheduler.Added.FULL, line.add(request(67)));
        for (int i = 1; i < 66; i++) {
            ends.get(i).complete(null);
        }
        assertEquals(66, served.size());
        assertEquals("r66", served.get(65));
    }

    @Test
    void requestsThatEndAtOnceAreServedWithoutRecursion() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        List<Request> all = new ArrayList<>();
        RequestScheduler quick = new RequestScheduler(200_000, 2, RequestSchedulerTest::turn, request -> {
            all.add(request);
            return all.size() == 1 ? first : CompletableFuture.completedFuture(null);
        });
        IntStream.range(0, 100_000).forEach(n -> quick.add(request(n)));
        first.complete(null);
        assertEquals(100_000, all.size());
    }
}
