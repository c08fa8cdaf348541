package kefu.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The meters of the JVM. Each meter asks the JVM when it is read. The library's own meters of garbage collection register a
 * listener: through it the JVM would hold the class loader of a deployment that has ended.
 */
final class JvmMeters {
    private JvmMeters() {}

    static void register(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionTimer.builder(
                            "jvm.gc.collections",
                            collector,
                            GarbageCollectorMXBean::getCollectionCount,
                            GarbageCollectorMXBean::getCollectionTime,
                            TimeUnit.MILLISECONDS)
                    .description("Collections of garbage, and the time that they took")
                    .tag("gc", collector.getName())
                    .register(registry);
        }
        FunctionCounter.builder("process.cpu", ManagementFactory.getPlatformMBeanServer(), JvmMeters::cpuSeconds)
                .description("The CPU time that the process has taken")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Reads the number from its MBean. Not every container lets an application see the class of this MBean. */
    private static double cpuSeconds(MBeanServer beans) {
        try {
            ObjectName system = ObjectName.getInstance(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
            return ((Number) beans.getAttribute(system, "ProcessCpuTime")).longValue() / 1e9;
        } catch (JMException notThisJvm) {
            return Double.NaN;
        }
    }
}
