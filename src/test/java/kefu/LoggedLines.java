package kefu;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Hears what the gateway logs from INFO on, as long as it is open. */
public final class LoggedLines extends Handler implements AutoCloseable {
    private static final Logger KEFU = Logger.getLogger("kefu");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> severe = new CopyOnWriteArrayList<>();
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final Level before = KEFU.getLevel();

    public LoggedLines() {
        KEFU.setLevel(Level.INFO);
        KEFU.addHandler(this);
    }

    /** The lines from INFO to WARNING whose first word or words this is, in the order in which they were logged. */
    public List<String> starting(String event) {
        return lines.stream().filter(line -> line.startsWith(event + " ")).toList();
    }

    /** What was logged at SEVERE. */
    public List<String> severe() {
        return List.copyOf(severe);
    }

    @Override
    public void publish(LogRecord entry) {
        (entry.getLevel() == Level.SEVERE ? severe : lines).add(formatter.formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        KEFU.removeHandler(this);
        KEFU.setLevel(before);
    }
}
