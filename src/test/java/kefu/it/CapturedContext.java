package kefu.it;

import jakarta.enterprise.concurrent.spi.ThreadContextProvider;
import jakarta.enterprise.concurrent.spi.ThreadContextSnapshot;
import java.util.Map;
import java.util.logging.Logger;

/** In a WAR: says each time that a managed executor keeps a thread's context for a task. */
public final class CapturedContext implements ThreadContextProvider {
    static final String SAID = "A thread's context is kept";

    public CapturedContext() {
        Logger.getLogger(CapturedContext.class.getName()).info(SAID);
    }

    @Override
    public ThreadContextSnapshot currentContext(Map<String, String> properties) {
        return () -> () -> {};
    }

    @Override
    public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
        return () -> () -> {};
    }

    @Override
    public String getThreadContextType() {
        return "kefu-it";
    }
}
