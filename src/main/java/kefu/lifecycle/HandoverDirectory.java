package kefu.lifecycle;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The directory in which the deployments of one application meet: the versions of a parallel deployment, the one before and the
 * one after a redeploy, and processes of one host that share {@code kefu.data.dir}. Two applications, and two virtual servers of
 * a container, have two of them.
 */
public final class HandoverDirectory {
    private static final Logger LOG = Logger.getLogger(HandoverDirectory.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Their locks do not hold between hosts in every setup, and some are kept by a server that forgets them. */
    private static final Set<String> NETWORK = Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs");

    private HandoverDirectory() {}

    /**
     * Makes the directory where it is not there yet. Only its owner may enter it.
     *
     * @param data the directory for the gateway's files
     * @param virtualServer the container's name of the virtual server
     * @param contextPath of this deployment, without a {@code ##version}
     * @return empty: it cannot be made or written to, and the log says so
     */
    public static Optional<Path> prepare(Path data, String virtualServer, String contextPath) {
        Path server = data.resolve(name(virtualServer));
        Path directory = server.resolve(contextPath.isEmpty() ? "ROOT" : name(contextPath.substring(1)));
        try {
            Files.createDirectories(data);
            make(server);
            make(directory);
            Files.deleteIfExists(Files.createTempFile(directory, "write", ".try"));
            warn(directory, Files.getFileStore(directory).type());
            return Optional.of(directory);
        } catch (IOException | UnsupportedOperationException notWritable) {
            LOG.log(
                    Level.SEVERE,
                    notWritable,
                    () -> directory + " cannot be written to: sessions do not outlive a redeploy or a restart");
            return Optional.empty();
        }
    }

    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectory(directory);
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
        }
    }

    /** @param store the type of the directory's file system */
    static void warn(Path directory, String store) {
        if (NETWORK.contains(store.toLowerCase(Locale.ROOT))) {
            LOG.severe(directory + " is on a network file system (" + store + "), where a lock may be lost or not be"
                    + " seen: set kefu.data.dir to a directory of this host");
        }
    }

    /** A name as one file's name, the same on every system: Tomcat's virtual servers have a slash in theirs. */
    private static String name(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A");
    }
}
