package kefu.lifecycle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process of its own that tries to take the lock, says whether it has it, and ends with its input. */
final class LockHolder implements AutoCloseable {
    private final Process process;
    private final BufferedReader says;

    LockHolder(Path directory) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        says = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws IOException {
        System.out.println(new OwnerLock(Path.of(arguments[0]), "").tryAcquire());
        if (System.in.read() >= 0) {
            throw new IOException("nobody writes to this process");
        }
    }

    boolean hasTheLock() throws IOException {
        return Boolean.parseBoolean(says.readLine());
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
