package kefu.lifecycle;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a directory: of all deployments that use it, in this process and in others on this host, one at a time holds it.
 * It ends with its process, however that ends. Thread-safe.
 *
 * <p>A name in the platform's MBean server locks within a JVM: registering it is an atomic test and set. A lock on a file
 * locks between processes. The name comes first, since on Linux closing any channel of a file drops the whole process's lock
 * on it: only the holder of the name opens the file. What is registered is an object of the JDK, so that the MBean server holds
 * no class loader of a deployment.
 */
final class OwnerLock {
    private static final Logger LOG = Logger.getLogger(OwnerLock.class.getName());
    private static final String FILE = "owner.lock";

    private final Path file;
    private final ObjectName name;
    private final String owner;
    private final MBeanServer names = ManagementFactory.getPlatformMBeanServer();

    // guarded by this; null: not held
    private @Nullable FileChannel channel;

    /** @param owner says who holds the lock, to the other deployments of this JVM */
    OwnerLock(Path directory, String owner) throws IOException {
        Path real = directory.toRealPath(); // two paths may lead to one directory
        this.file = real.resolve(FILE);
        this.owner = owner;
        try {
            this.name = new ObjectName(
                    "kefu", "owner", ObjectName.quote(real.toUri().toString()));
        } catch (JMException never) {
            throw new IllegalStateException(never);
        }
    }

    /** @return whether this deployment holds the lock now */
    synchronized boolean tryAcquire() throws IOException {
        if (channel != null) {
            return true;
        }
        if (!register()) {
            return false;
        }
        FileChannel opened = null;
        boolean held = false;
        try {
            opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = opened.tryLock() != null;
        } finally {
            if (held) {
                channel = opened;
            } else {
                release(opened);
            }
        }
        return held;
    }

    private boolean register() {
        try {
            names.registerMBean(new StandardMBean(Map.entry("owner", owner), Map.Entry.class), name);
            return true;
        } catch (InstanceAlreadyExistsException held) {
            return false;
        } catch (JMException never) {
            throw new IllegalStateException(never);
        }
    }

    /** The deployment of this JVM that holds the lock; empty: none does. */
    Optional<String> ownerInThisJvm() {
        try {
            return Optional.of((String) names.getAttribute(name, "Value"));
        } catch (InstanceNotFoundException none) {
            return Optional.empty();
        } catch (JMException never) {
            throw new IllegalStateException(never);
        }
    }

    synchronized boolean isHeld() {
        return channel != null;
    }

    synchronized void release() {
        if (channel != null) {
            release(channel);
            channel = null;
        }
    }

    private void release(@Nullable FileChannel opened) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException closedAnyway) {
            LOG.log(Level.FINE, "Closing the lock's file failed", closedAnyway);
        } finally {
            unregister();
        }
    }

    private void unregister() {
        try {
            names.unregisterMBean(name);
        } catch (JMException never) {
            LOG.log(Level.WARNING, never, () -> LogLine.of("Fault")
                    .with("in", "lock")
                    .toString());
        }
    }
}
