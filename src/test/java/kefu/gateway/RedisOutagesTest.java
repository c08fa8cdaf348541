package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kefu.Await;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;

/** What agents see of a Redis that comes back, stands still or has another time, and of a line to it that is cut or falls silent. */
class RedisOutagesTest extends RedisOutagesTestbed {
    @Test
    void afterAMinuteWithoutARedisThatHasKeptItsDataAllGoesOnAndNobodyHearsOfIt() {
        TestGateway.Client observer = member(two, "observer");
        TestGateway.Client ann = member(one, "ann");
        TestGateway.Client old = one.connect();
        old.login("g", "old");
        say(two, observer, "before");
        awaitCode("200", observer, "before");
        Await.until(() -> said(ann, "say_push").equals(List.of("before")));

        SERVER.stop();
        Await.until(() -> !one.redis().isConnected() && !two.redis().isConnected());
        say(one, ann, "lost");
        forward(one, ann, 1, 20);
        awaitCode("10008", ann, "lost");
        Await.untilEquals(upTo(20), () -> forwarded(ann));
        one.redis().lease().renew();
        one.sessions.expire();
        one.redis().compare();
        one.redis().standStillAlone(Duration.ofSeconds(60));
        two.redis().standStillAlone(Duration.ofSeconds(60));
        one.sessions.expire();
        assertEquals(List.of(), log.starting("Fault"), "RedisLost has said it");
        SERVER.start();
        awaitConnected();
        one.redis().moveClock(Duration.ofSeconds(60));
        one.redis().lease().renew();
        one.settle();
        two.redis().lease().renew();
        two.settle();
        say(one, ann, "after");
        awaitCode("200", ann, "after");
        for (TestGateway.Client client : List.of(observer, ann)) {
            Await.until(() -> client.frames().stream()
                    .anyMatch(frame -> frame.getString("method", "").equals("gap")));
            Await.untilEquals(List.of("before", "after"), () -> said(client, "say_push"));
            assertTrue(client.wire.closed().isEmpty());
        }
        Await.until(() -> old.wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
        assertEquals(List.of("observer", "ann", "late"), names(login(v2(one), "g", "late", "")));
    }

    @Test
    void whatIsSaidBehindARestartOfRedisBeforeANodeHearsOfItIsReadFromTheStream() {
        TestGateway.Client bob = member(two, "bob");
        TestGateway.Client ann = member(one, "ann");
        line.cut();
        SERVER.stop();
        Await.until(() -> !one.redis().isConnected() && !two.redis().isConnected());
        SERVER.start();
        Await.until(() -> two.redis().isConnected());
        sayUntilTaken(two, bob, "1");
        sayUntilTaken(two, bob, "2");
        mend();
        say(two, bob, "3");
        for (TestGateway.Client client : List.of(bob, ann)) {
            Await.untilEquals(List.of("1", "2", "3"), () -> said(client, "say_push"));
            assertEquals(List.of("gap", "push", "push", "push"), sinceTheGap(client));
        }
        assertEquals(
                List.of("bob", "ann"), names(login(v2(one), "g", "late", "")).subList(0, 2));
    }

    @Test
    void aNodeThatIsCutFromRedisForwardsAndItsAgentsAreBackWithinTheGrace() {
        TestGateway.Client observer = member(two, "observer");
        TestGateway.Client ann = v2(one);
        JsonObject login = login(ann, "g", "ann", "");
        line.cut();
        Await.until(() -> !one.redis().isConnected());
        say(one, ann, "lost");
        forward(one, ann, 1, 20);
        awaitCode("10008", ann, "lost");
        Await.untilEquals(upTo(20), () -> forwarded(ann));
        one.redis().standStillAlone(Duration.ofSeconds(14));
        two.redis().reapDeadNodes();
        say(two, observer, "meanwhile");
        awaitCode("200", observer, "meanwhile");
        assertTrue(ann.wire.closed().isEmpty());
        mend();
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
        one.settle();
        TestGateway.Client again = v2(one);
        resume(
                again,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        awaitCode("200", again, "r");
        Await.untilEquals(List.of("meanwhile"), () -> said(again, "say_push"));
        assertEquals(List.of(), said(observer, "logout_push"));
        assertEquals(List.of("ann"), said(observer, "login_push"));
    }

    @Test
    void whoseNodeIsCutFromRedisForLongerThanTheGraceIsListedNoMoreAndLogsInAgain() {
        TestGateway.Client observer = member(two, "observer");
        TestGateway.Client ann = v2(one);
        JsonObject login = login(ann, "g", "ann", "");
        line.cut();
        one.redis().standStillAlone(Duration.ofSeconds(45));
        two.redis().reapDeadNodes();
        two.redis().moveClock(Duration.ofSeconds(31));
        two.sessions.expire();
        Await.untilEquals(List.of("ann"), () -> said(observer, "logout_push"));
        mend();
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
        one.settle();
        TestGateway.Client again = v2(one);
        resume(again, login.getString("ticket"), 1, "{}");
        awaitCode("10005", again, "r");
        assertEquals(List.of("observer", "ann"), names(login(again, "g", "ann", "")));
        Await.untilEquals(List.of("ann", "ann"), () -> said(observer, "login_push"));
        assertEquals(List.of("ann"), said(observer, "logout_push"));
    }

    @Test
    void aSilentLineIsGivenUpAndWhatWasSaidMeanwhileIsHeardOnceItIsMended() {
        TestGateway.Client bob = member(two, "bob");
        TestGateway.Client ann = member(one, "ann");
        say(two, bob, "1");
        Await.untilEquals(List.of("1"), () -> said(ann, "say_push"));
        line.silence();
        say(two, bob, "2");
        say(two, bob, "3");
        say(one, ann, "lost");
        forward(one, ann, 1, 20);
        Await.untilEquals(upTo(20), () -> forwarded(ann));
        awaitCode("200", bob, "3");
        assertEquals(Optional.empty(), code(ann, "lost"));
        awaitCode("10008", ann, "lost");
        Await.until(() -> !one.redis().isConnected());
        mend();
        say(two, bob, "4");
        Await.until(() -> one.redis().compareOnceInterrupted());
        Await.untilEquals(List.of("1", "2", "3", "4"), () -> said(ann, "say_push"));
        assertTrue(ann.wire.closed().isEmpty());
        assertEquals(List.of(), said(bob, "logout_push"));
    }

    @Test
    void aLineOnWhichMessagesComeNoMoreIsFoundByThePing() {
        TestGateway.Client bob = member(two, "bob");
        TestGateway.Client ann = member(one, "ann");
        line.silenceMessages();
        one.redis().lease().renew();
        Await.until(() -> !one.redis().isConnected());
        line.mend();
        awaitConnected();
        say(two, bob, "x");
        Await.until(
                () -> { // the new connection may have come before the line was mended
                    one.redis().lease().renew();
                    return one.redis().compareOnceInterrupted();
                });
        Await.untilEquals(List.of("x"), () -> said(ann, "say_push"));
    }

    @Test
    void aRedisThatStandsStillSlowsLoginsAndPushesAndForwardsNothingLater() {
        TestGateway.Client ann = member(one, "ann");
        TestGateway.Client bob = v2(one);
        SERVER.freeze();
        try {
            send(
                    one,
                    bob,
                    "{\"method\":\"login\",\"id\":\"l\",\"bid\":\"g\",\"customer_id\":\"bob\",\"customer_name\":\"n\"}");
            say(one, ann, "slow");
            forward(one, ann, 1, 200);
            Await.untilEquals(upTo(200), () -> forwarded(ann));
            assertEquals(Optional.empty(), code(bob, "l"));
            assertEquals(Optional.empty(), code(ann, "slow"));
        } finally {
            SERVER.goOn();
        }
        awaitCode("200", bob, "l");
        awaitCode("200", ann, "slow");
        Await.untilEquals(List.of("slow"), () -> said(ann, "say_push"));
    }

    @Test
    void aRedisThatHasNoRoomRefusesAndThatIsNoFaultOfTheGateway() {
        TestGateway.Client ann = member(one, "ann");
        SERVER.command("CONFIG SET maxmemory 1");
        try {
            say(one, ann, "x");
            awaitCode("10008", ann, "x");
            assertEquals(List.of(), log.starting("Fault"));
            one.redis().lease().renew();
            Await.untilEquals(List.of("Fault in=\"lease, tried again\""), () -> log.starting("Fault"));
        } finally {
            SERVER.command("CONFIG SET maxmemory 0");
        }
        say(one, ann, "y");
        awaitCode("200", ann, "y");
    }

    @Test
    void aClientWhoseSocketBlocksHoldsUpNothingThatComesFromRedis() {
        TestGateway.Client stuck = member(one, "stuck");
        TestGateway.Client ann = v2(one);
        login(ann, "h", "ann", "");
        stuck.wire.block();
        TestGateway.Client bob = member(two, "bob");
        say(two, bob, "x");
        awaitCode("200", bob, "x");
        say(one, ann, "y");
        awaitCode("200", ann, "y");
        Await.untilEquals(List.of("y"), () -> said(ann, "say_push"));
        TestGateway.Client late = v2(one);
        send(
                one,
                late,
                "{\"method\":\"login\",\"id\":\"l\",\"bid\":\"h\",\"customer_id\":\"late\",\"customer_name\":\"n\"}");
        awaitCode("200", late, "l");
        stuck.wire.close(Close.of(CloseCode.TOO_SLOW)); // lets its worker go
    }

    @Test
    void aRedisWhoseClockIsTenMinutesAheadOfTheNodesKeepsTheGrace() {
        one.redis().moveClock(Duration.ofMinutes(10));
        one.redis().lease().renew();
        two.redis().lease().renew();
        TestGateway.Client observer = member(two, "observer");
        TestGateway.Client ann = v2(one);
        JsonObject login = login(ann, "g", "ann", "");
        ann.lose();
        two.sessions.expire();
        TestGateway.Client again = v2(two);
        resume(again, login.getString("ticket"), 1, "{}");
        awaitCode("200", again, "r");
        again.lose();
        one.redis().moveClock(Duration.ofSeconds(29));
        two.sessions.expire();
        two.settle();
        assertEquals(List.of(), said(observer, "logout_push"));
        one.redis().moveClock(Duration.ofSeconds(2));
        one.sessions.expire();
        Await.untilEquals(List.of("ann"), () -> said(observer, "logout_push"));
    }
}
