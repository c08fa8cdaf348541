package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.enterprise.concurrent.spi.ThreadContextProvider;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What Payara does for each frame: a task on its managed executor would cost more than all else. */
@ArquillianTest
class IdleTimerIT {
    private static final BuiltWar WAR = new BuiltWar("timed");
    private static final int FRAMES = 100;

    @Deployment(testable = false)
    static WebArchive timed() {
        return WAR.with("kefu.pings.rate=1000")
                .addClass(CapturedContext.class)
                .addAsServiceProvider(ThreadContextProvider.class, CapturedContext.class);
    }

    @Test
    void noFrameThatComesOrGoesNorAPingStartsATask() throws Exception {
        int ofAConnection = tasksOf(0);
        assertEquals(ofAConnection, tasksOf(FRAMES));
    }

    private static int tasksOf(int frames) throws Exception {
        int before = tasks();
        exchangeAndClose(frames);
        return tasks() - before;
    }

    private static int tasks() {
        return ContainerLog.linesWith(CapturedContext.SAID).size();
    }

    /** And awaits that the log says so, by which it has said all that was before. */
    private static void exchangeAndClose(int frames) throws Exception {
        int closed = ContainerLog.linesWith("Close connection=").size();
        WsClient client = WsClient.connect(WAR.socket());
        for (int i = 0; i < frames; i++) {
            client.ping();
            client.send("{\"method\":\"say\"}"); // answered, in whatever way
            client.next();
        }
        client.close();
        Await.until(() -> ContainerLog.linesWith("Close connection=").size() > closed);
    }
}
