package kefu.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that a test has started beside the container, and that ends with the test. */
final class ServerProcess implements AutoCloseable {
    private final Process process;

    private ServerProcess(ProcessBuilder builder) throws IOException {
        process = builder.redirectErrorStream(true).start();
        Ownership.endWithThisJvm(List.of(process.pid()));
    }

    /** One that is installed on this machine. Its output is the test's. */
    static ServerProcess installed(String program, String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(Programs.find(program, program).toString()), Stream.of(arguments))
                .toList();
        return new ServerProcess(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT));
    }

    /** Any command, with its output at the end of this file. */
    static ServerProcess of(ProcessBuilder command, Path log) throws IOException {
        return new ServerProcess(command.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    }

    /** nginx with this content of its {@code http} section and of its one server. */
    static ServerProcess nginx(Path directory, int port, String http, String server) throws IOException {
        Path file = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  %s
                  server {
                    listen 127.0.0.1:%d;
                    %s
                  }
                }
                """.formatted(http, port, server));
        return installed("nginx", "-p", directory.toString(), "-e", "stderr", "-c", file.toString());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** @param name e.g. {@code -STOP} */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor(10, TimeUnit.SECONDS);
    }

    /** Kills it. Returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as a service manager does, by SIGTERM, and after 30 s by force. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopNow) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
