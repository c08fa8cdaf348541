package kefu.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which redeploy a client was told to come back by. */
class ReconnectsTest {
    private final Reconnects reconnects = new Reconnects();
    private final long start = System.nanoTime();

    @Test
    void aCloseThatIsReadLateIsThatOfTheRedeployBefore() {
        reconnects.begin("first", start + 10);
        reconnects.begin("second", start + 20);
        reconnects.lost("slow", 1012, start + 5);
        reconnects.lost("slow", 1012, start + 15);
        assertEquals(List.of(), reconnects.repeatedLosses());
    }

    @Test
    void whoIsToldTwiceByOneRedeployIsNamed() {
        reconnects.begin("first", start + 10);
        reconnects.lost("twice", 1012, start + 5);
        reconnects.lost("twice", 1012, start + 11);
        assertEquals(List.of("twice in \"first\""), reconnects.repeatedLosses());
    }
}
