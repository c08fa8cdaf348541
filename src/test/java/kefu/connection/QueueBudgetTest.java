package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueBudgetTest {
    private final AtomicInteger runs = new AtomicInteger();
    private Runnable shed = () -> {};
    private final QueueBudget budget = new QueueBudget(10, Runnable::run, () -> {
        runs.incrementAndGet();
        shed.run();
    });

    @Test
    void shedsWhenTheBoundIsExceededAndNotBefore() {
        shed = () -> budget.add(-11);
        budget.add(10);
        assertEquals(0, runs.get());
        budget.add(1);
        assertEquals(1, runs.get());
        assertEquals(0, budget.used());
    }

    @Test
    void whatIsAddedWhileARunComesToItsEndHasAnotherRun() {
        shed = () -> {
            budget.add(-11);
            shed = () -> budget.add(-20);
            budget.add(20); // behind the run's last look
        };
        budget.add(11);
        assertEquals(2, runs.get());
        assertFalse(budget.isExceeded());
    }
}
