package kefu.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * In the WAR of a storm: leaves out the debug lines, of which the tested containers write one for each frame. Two million
 * of them would be what is measured, and would fill the reports.
 */
@ApplicationScoped
class QuietLog {
    private static final Logger KEFU = Logger.getLogger("kefu"); // on Tomcat that of this application only

    void begin(@Observes @Initialized(ApplicationScoped.class) Object started) {
        KEFU.setLevel(Level.INFO);
    }

    /** On Payara the other tests' applications have the same logger. */
    void end(@Observes @BeforeDestroyed(ApplicationScoped.class) Object stopping) {
        KEFU.setLevel(Level.FINE);
    }
}
