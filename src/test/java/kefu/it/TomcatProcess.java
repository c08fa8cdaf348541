package kefu.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Tomcat of a test's own, which deploys what is put into its {@code webapps}, as ops do it, and has the manager application. */
final class TomcatProcess implements AutoCloseable {
    private final Path base;
    private final ProcessBuilder command;
    private ServerProcess process;

    /**
     * @param home of the distribution
     * @param base its own directory, which must not exist yet
     * @param containers where the tests' {@code server.xml} is
     */
    TomcatProcess(Path home, Path base, Path containers, int port, List<String> options) throws IOException {
        this.base = base;
        for (String directory : List.of("conf", "logs", "temp", "webapps", "upload")) {
            Files.createDirectories(base.resolve(directory));
        }
        copy(home.resolve("webapps/manager"), base.resolve("webapps/manager"));
        for (String file : List.of("web.xml", "logging.properties")) {
            Files.copy(home.resolve("conf").resolve(file), base.resolve("conf").resolve(file));
        }
        Files.copy(containers.resolve("tomcat/tomcat-users.xml"), base.resolve("conf/tomcat-users.xml"));
        Files.writeString(
                base.resolve("conf/server.xml"),
                Files.readString(containers.resolve("tomcat/server.xml"))
                        .replace("autoDeploy=\"false\"", "autoDeploy=\"true\" backgroundProcessorDelay=\"1\""));
        List<String> all =
                Stream.concat(options.stream(), own(base, port).stream()).toList();
        command = command(home, base, all);
        process = start();
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.of(command, base.resolve("logs/out"));
    }

    /** Starts it again, once it was closed. */
    void startAgain() throws IOException {
        process = start();
    }

    private static List<String> own(Path base, int port) {
        Stream<String> opened = Stream.of("lang", "io", "util", "util.concurrent")
                .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED");
        return Stream.concat(
                        opened,
                        Stream.of(
                                "-Xmx512m",
                                "-XX:TieredStopAtLevel=1", // many starts and little work
                                "-XX:+UseSerialGC",
                                "-XX:CompileCommand=quiet", // why: see arquillian.xml
                                "-XX:CompileCommand=exclude,org.apache.tomcat.util.threads.ThreadPoolExecutor::runWorker",
                                "-Dkefu.it.http.port=" + port,
                                "-Djava.util.logging.config.file=" + base.resolve("conf/logging.properties"),
                                "-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager"))
                .toList();
    }

    /** What starts a Tomcat. @param options of its JVM */
    static ProcessBuilder command(Path home, Path base, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Dcatalina.home=" + home,
                "-Dcatalina.base=" + base,
                "-Djava.io.tmpdir=" + base.resolve("temp"),
                "-cp",
                home.resolve("bin/bootstrap.jar") + File.pathSeparator + home.resolve("bin/tomcat-juli.jar"),
                "org.apache.catalina.startup.Bootstrap",
                "start"));
        return new ProcessBuilder(command);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Puts a file into {@code webapps}, all of it at once. @param name e.g. {@code chat##001.war} */
    void put(Path war, String name) throws IOException {
        Path upload = Files.copy(war, base.resolve("upload").resolve(name), StandardCopyOption.REPLACE_EXISTING);
        Files.move(upload, base.resolve("webapps").resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes a file out of {@code webapps}. */
    void remove(String name) throws IOException {
        Files.delete(base.resolve("webapps").resolve(name));
    }

    String pid() {
        return Long.toString(process.pid());
    }

    @Override
    public void close() {
        process.close();
    }
}
