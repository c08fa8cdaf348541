package kefu.handover;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The file itself: a mark and a format version, the content, and a checksum over all of that. It comes whole into its directory,
 * by a rename, and is used once.
 */
final class HandoverFile {
    /** Rises with each change of what is written, so that no version takes the values of another for its own. */
    static final int FORMAT = 3;

    /** The first format with the states of sessions and of their publications' audiences: they are all online before. */
    static final int WITH_STATUS = 3;

    private static final int OLDEST = 2;

    private static final String NAME = "handover";
    private static final String UNFINISHED = "handover.new";
    private static final String TAKEN = "handover.taken";
    private static final long MARK = 0x6b6566752d68616eL; // "kefu-han"
    private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
    private static final int DIGEST_BYTES = 32;

    private final Path directory;
    private final int format;

    HandoverFile(Path directory) {
        this(directory, FORMAT);
    }

    /** @param format that is written */
    HandoverFile(Path directory, int format) {
        this.directory = directory;
        this.format = format;
    }

    /** Writes the content. */
    interface Content {
        void write(HandoverWriter to) throws IOException;
    }

    private Path path() {
        return directory.resolve(NAME);
    }

    private Path taken() {
        return directory.resolve(TAKEN);
    }

    /** Whether nobody has read the file yet, or somebody is about to. */
    boolean exists() {
        return Files.exists(path()) || Files.exists(taken());
    }

    void write(Content content) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        Files.deleteIfExists(unfinished); // of a process that has ended meanwhile
        MessageDigest digest = sha256();
        try {
            try (OutputStream file = new BufferedOutputStream(create(unfinished), 1 << 16)) {
                DigestOutputStream digested = new DigestOutputStream(file, digest);
                digested.write(ByteBuffer.allocate(HEAD_BYTES)
                        .putLong(MARK)
                        .putInt(format)
                        .array());
                content.write(new HandoverWriter(digested));
                file.write(digest.digest());
            }
            Files.move(unfinished, path(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished); // where the disk is full
        }
    }

    private static OutputStream create(Path file) throws IOException {
        boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = isPosix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return Channels.newOutputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly));
    }

    /**
     * Takes the file: nobody else finds it any more. The caller deletes it when it has gone on with the content.
     *
     * @return empty: there is none
     * @throws UnreadableHandoverException where it is half a file, or one of another format
     */
    Optional<HandoverReader> take() throws IOException {
        Files.deleteIfExists(taken()); // of a process that has ended while it read that
        if (!Files.exists(path())) {
            return Optional.empty();
        }
        Files.move(path(), taken(), StandardCopyOption.ATOMIC_MOVE);
        byte[] all = Files.readAllBytes(taken());
        if (all.length < HEAD_BYTES + DIGEST_BYTES || ByteBuffer.wrap(all).getLong() != MARK) {
            throw new UnreadableHandoverException("it is no whole file of this gateway");
        }
        int written = ByteBuffer.wrap(all).getInt(Long.BYTES);
        if (written < OLDEST || written > FORMAT) {
            throw new UnreadableHandoverException(
                    "its format is " + written + ", and this version reads " + OLDEST + " to " + FORMAT);
        }
        int end = all.length - DIGEST_BYTES;
        MessageDigest digest = sha256();
        digest.update(all, 0, end);
        if (!MessageDigest.isEqual(digest.digest(), Arrays.copyOfRange(all, end, all.length))) {
            throw new UnreadableHandoverException("its checksum is wrong");
        }
        return Optional.of(new HandoverReader(written, all, HEAD_BYTES, end - HEAD_BYTES));
    }

    /** Deletes what was taken. */
    void delete() throws IOException {
        Files.deleteIfExists(taken());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every Java platform has SHA-256", none);
        }
    }
}
