package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final List<String> events = new ArrayList<>();

    private Optional<Runnable> check(String connection) {
        if (connection.equals("broken")) {
            throw new IllegalStateException();
        }
        if (connection.equals("alive")) {
            return Optional.empty();
        }
        events.add("ended " + connection);
        return Optional.of(() -> events.add("told " + connection));
    }

    @Test
    void allThatAreDueAreEndedBeforeAnybodyIsToldOfOne() {
        Watchdog.checkAll(List.of("a", "alive", "b"), this::check, (connection, fault) -> {});
        assertEquals(List.of("ended a", "ended b", "told a", "told b"), events);
    }

    @Test
    void aFaultOfOneHoldsUpNoOther() {
        Watchdog.checkAll(
                List.of("a", "broken", "b"), this::check, (connection, fault) -> events.add("fault " + connection));
        assertEquals(List.of("ended a", "fault broken", "ended b", "told a", "told b"), events);
    }
}
