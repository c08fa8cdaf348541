package kefu.container;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Whether the container has started, and takes connections. Tomcat starts all applications first, which may take a while, and
 * accepts connections only then. Its management bean tells which it does.
 */
public final class ContainerStart {
    private static final String STARTED = "STARTED";

    private ContainerStart() {}

    /** @return true also where the container does not tell: Payara listens before it starts an application */
    public static boolean isDone() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            for (ObjectName server :
                    beans.queryNames(new ObjectName("*:type=Server"), null)) { // domain: the engine's name
                if (!STARTED.equals(beans.getAttribute(server, "stateName"))) {
                    return false;
                }
            }
            return true;
        } catch (JMException another) {
            return true;
        }
    }
}
