package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.ManualTimer;
import kefu.lifecycle.Lifecycle.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Deployments of one application that meet in a directory, on a clock that the test moves. */
abstract class OwnershipTestbed {
    static final Duration STARTS = Duration.ofSeconds(3);
    static final Duration HANDOVER = Ownership.MAPPED.plus(Ownership.TICK.multipliedBy(4));

    @TempDir
    Path directory;

    final ManualTimer timer = new ManualTimer();
    final List<Node> nodes = new ArrayList<>();
    final List<String> steps = new ArrayList<>();
    boolean containerStarted = true;

    /** What has passed while the thread was busy, without a tick. */
    Duration busy = Duration.ZERO;

    /** A deployment whose service only says what is asked of it. */
    final class Node implements Service, Handover {
        final String version;
        final Lifecycle lifecycle = new Lifecycle();
        final Ownership ownership;
        CompletableFuture<Void> work = CompletableFuture.completedFuture(null);
        Optional<IOException> fault = Optional.empty();
        boolean classesAreGone;
        boolean sealFails;
        Duration writing = Duration.ZERO;
        Duration absence = Duration.ZERO;
        Optional<Duration> fileAge = Optional.empty();

        Node(String version, Optional<Path> meeting) {
            this.version = version;
            ownership = new Ownership(
                    lifecycle,
                    this,
                    this,
                    meeting,
                    new Deployment("/chat", version),
                    timer.now().toNanos() - STARTS.toNanos(),
                    timer,
                    () -> timer.now().plus(busy).toNanos(),
                    () -> containerStarted);
            nodes.add(this);
        }

        private void step(String step) {
            steps.add(version + " " + step + " " + lifecycle.state());
        }

        @Override
        public CompletionStage<Void> drain() {
            step("drains");
            return work;
        }

        @Override
        public void seal() {
            step("seals");
            if (sealFails) {
                throw new NoClassDefFoundError("kefu/broker/SealedException");
            }
        }

        @Override
        public void close(Duration until) {
            absence = until;
            step("closes");
        }

        @Override
        public void reset() {
            step("forgets");
        }

        @Override
        public void write(Path to) throws IOException {
            if (classesAreGone) {
                throw new NoClassDefFoundError("kefu/handover/HandoverWriter");
            }
            if (fault.isPresent()) {
                throw fault.get();
            }
            step("writes");
            Files.writeString(to.resolve("handover"), version);
            busy = busy.plus(writing);
        }

        @Override
        public boolean isWaiting(Path in) {
            return Files.exists(in.resolve("handover"));
        }

        @Override
        public Optional<Duration> read(Path from) throws IOException {
            if (fault.isPresent()) {
                throw fault.get();
            }
            Path file = from.resolve("handover");
            if (Files.exists(file)) {
                step("reads " + Files.readString(file));
                Files.delete(file);
            }
            return fileAge;
        }

        State state() {
            return lifecycle.state();
        }
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(node -> node.ownership.stop());
    }

    final Node start(String version) {
        Node node = new Node(version, Optional.of(directory));
        node.ownership.start();
        return node;
    }
}
