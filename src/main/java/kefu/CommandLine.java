package kefu;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * {@code java -jar chat.war --check}: looks at the settings and starts nothing. The one class at the root of the WAR, where
 * {@code java -jar} finds it; it uses no other class by name, since those are in {@code WEB-INF}, where only a class loader of
 * its own finds them. Exits with 0 where the gateway would start, 1 where it would not, 2 on other arguments.
 */
public final class CommandLine {
    private static final String CHECK = "kefu.config.SettingsCheck";
    private static final String CLASSES = "WEB-INF/classes/";
    private static final String LIBRARIES = "WEB-INF/lib/";

    private CommandLine() {}

    /** Exits. */
    public static void main(String... arguments) throws IOException, ReflectiveOperationException, URISyntaxException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        if (arguments.length != 1 || !arguments[0].equals("--check")) {
            out.println("""
                    Kefu runs in a container: copy chat.war into Tomcat's webapps, or deploy it to Payara.
                    java -jar chat.war --check   looks at the settings, as system properties (-Dkefu.origins=... before -jar) and
                                                 environment variables (KEFU_ORIGINS=...) have them, and starts nothing""");
            System.exit(2);
        }
        Path war = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path directory = Files.createTempDirectory("kefu-check");
        boolean good;
        try {
            good = check(unpack(war, directory), out);
        } finally {
            delete(directory);
        }
        System.exit(good ? 0 : 1);
    }

    private static List<URL> unpack(Path war, Path directory) throws IOException {
        // the URL of a directory ends with a slash only where the directory is there
        Path classes = Files.createDirectories(directory.resolve(CLASSES));
        List<URL> path = new ArrayList<>(List.of(classes.toUri().toURL()));
        try (JarFile jar = new JarFile(war.toFile())) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                boolean isLibrary = entry.getName().startsWith(LIBRARIES);
                if (!entry.isDirectory() && (isLibrary || entry.getName().startsWith(CLASSES))) {
                    Path file = directory.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    Files.copy(jar.getInputStream(entry), file);
                    if (isLibrary) {
                        path.add(file.toUri().toURL());
                    }
                }
            }
        }
        return path;
    }

    private static boolean check(List<URL> path, PrintStream out) throws IOException, ReflectiveOperationException {
        // without this class's own loader as its parent: there each class is to be found once
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader); // in which MicroProfile Config looks for its sources
            return (boolean) loader.loadClass(CHECK)
                    .getMethod("print", PrintStream.class)
                    .invoke(null, out);
        } catch (InvocationTargetException fault) {
            throw new IllegalStateException(fault.getCause());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
