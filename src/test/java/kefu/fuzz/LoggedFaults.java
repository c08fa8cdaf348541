package kefu.fuzz;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Faults that are logged while it is open: a client's input, whatever it is, must bring none. */
public final class LoggedFaults implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");

    private final List<LogRecord> faults = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue() && record.getThrown() != null) {
                faults.add(record);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public LoggedFaults() {
        ROOT.addHandler(handler);
    }

    public void areNone() {
        if (!faults.isEmpty()) {
            throw new AssertionError("logged: " + new SimpleFormatter().format(faults.get(0)));
        }
    }

    @Override
    public void close() {
        ROOT.removeHandler(handler);
    }
}
