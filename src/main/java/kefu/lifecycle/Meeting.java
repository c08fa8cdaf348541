package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The directory in which deployments meet: the lock of the one that owns the sessions, and the request of the one that waits for
 * it. Used on one thread.
 */
final class Meeting {
    private final Path directory;
    private final Deployment deployment;
    private final OwnerLock lock;
    private final HandoverRequest request;

    Meeting(Path directory, Deployment deployment) throws IOException {
        this.directory = directory;
        this.deployment = deployment;
        this.lock = new OwnerLock(directory, deployment.version());
        this.request = new HandoverRequest(directory);
    }

    Path directory() {
        return directory;
    }

    /** @return whether this deployment owns the sessions now */
    boolean tryAcquire() throws IOException {
        return lock.tryAcquire();
    }

    void release() {
        lock.release();
    }

    /**
     * Whether the owner is a higher version of a parallel deployment in this JVM. A container that starts both maps clients to
     * the higher one, and compares versions as texts.
     */
    boolean isOwnerNewer() {
        return lock.ownerInThisJvm()
                .map(version -> version.compareTo(deployment.version()) > 0)
                .orElse(false);
    }

    /** Asks the owner to hand over, or goes on asking. */
    void ask() throws IOException {
        request.renew(deployment.toString());
    }

    /** Whether somebody asks. To be called again and again. */
    boolean isAsked() throws IOException {
        return request.hasMoved();
    }

    /** Who asks, for the log. */
    String requester() {
        return request.name();
    }

    /** The request has been heard, or is needed no more. */
    void endRequest() throws IOException {
        request.delete();
    }
}
