package kefu.container;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ContainerStartTest {
    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    /** What a bean of Tomcat's server tells. */
    public interface StateMBean {
        String getstateName();
    }

    /** The state as a test sets it. */
    public static final class State implements StateMBean {
        private String name;

        State(String name) {
            this.name = name;
        }

        @Override
        public String getstateName() {
            return name;
        }
    }

    @Test
    void aTomcatThatStillStartsItsApplicationsHasNotStarted() throws Exception {
        ObjectName tomcat = new ObjectName("Catalina:type=Server");
        State state = new State("STARTING");
        BEANS.registerMBean(state, tomcat);
        try {
            assertFalse(ContainerStart.isDone());
            state.name = "STARTED";
            assertTrue(ContainerStart.isDone());
        } finally {
            BEANS.unregisterMBean(tomcat);
        }
    }

    @Test
    void aContainerThatDoesNotTellHasStarted() throws Exception {
        assertTrue(ContainerStart.isDone());
        ObjectName another = new ObjectName("another:type=Server");
        BEANS.registerMBean(new Another(), another);
        try {
            assertTrue(ContainerStart.isDone());
        } finally {
            BEANS.unregisterMBean(another);
        }
    }

    /** A bean that has no state. */
    public interface AnotherMBean {}

    /** See there. */
    public static final class Another implements AnotherMBean {}
}
