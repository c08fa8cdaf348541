package kefu.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The directory for the gateway's files. Only its owner may enter it. */
public final class DataDirectory {
    private DataDirectory() {}

    /**
     * Makes the directory if it does not exist.
     *
     * @param contextPath of this deployment, e.g. {@code /chat}; a {@code ##version} does not count, so that the versions
     *     of one application share their files
     * @param systemProperty tells the container's own instance directory
     * @throws BadSettingException if it cannot be made or written to
     */
    public static Path prepare(Settings settings, String contextPath, UnaryOperator<String> systemProperty) {
        Path path = settings.get(Settings.DATA_DIR).orElseGet(() -> shared(settings, systemProperty)
                .resolve(contextPath.isEmpty() ? "ROOT" : contextPath.substring(1)));
        try {
            if (!Files.isDirectory(path)) {
                if (path.getParent() != null) {
                    Files.createDirectories(path.getParent());
                }
                Files.createDirectory(path);
                if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
                }
            }
        } catch (IOException notMade) {
            throw new BadSettingException(Settings.DATA_DIR, path.toString());
        }
        if (!Files.isWritable(path)) {
            throw new BadSettingException(Settings.DATA_DIR, path.toString());
        }
        return path;
    }

    /** The directory that all applications of this container share, and with {@code kefu.data.dir} perhaps other containers. */
    public static Path shared(Settings settings, UnaryOperator<String> systemProperty) {
        return settings.get(Settings.DATA_DIR)
                .orElseGet(() -> instanceDirectory(systemProperty).resolve("kefu"));
    }

    /** Whether {@link #prepare} could make the directory, or write to it if it exists. Makes nothing. */
    static boolean canBeMade(Path path) {
        Path there = path.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return Files.isDirectory(there) && Files.isWritable(there);
    }

    /**
     * Whether the directory belongs to this start of the container only. Payara Micro unpacks itself again at each start, by
     * default into the directory for temporary files.
     */
    public static boolean isTemporary(Settings settings, Path path, UnaryOperator<String> systemProperty) {
        String temporary = systemProperty.apply("java.io.tmpdir");
        return settings.get(Settings.DATA_DIR).isEmpty()
                && temporary != null
                && systemProperty.apply("com.sun.aas.instanceRoot") != null
                && path.toAbsolutePath().startsWith(Path.of(temporary).toAbsolutePath());
    }

    /** Payara sets {@code catalina.base} too, so its own property comes first. */
    private static Path instanceDirectory(UnaryOperator<String> systemProperty) {
        return Optional.ofNullable(systemProperty.apply("com.sun.aas.instanceRoot"))
                .or(() -> Optional.ofNullable(systemProperty.apply("catalina.base")))
                .map(Path::of)
                .orElseGet(() -> Path.of(""));
    }
}
