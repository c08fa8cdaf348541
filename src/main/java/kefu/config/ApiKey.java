package kefu.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The key for calls of the HTTP API. It comes from the setting. Without the setting it is in a file of the data directory, and
 * survives restarts and new versions. Immutable.
 */
public final class ApiKey {
    /** Visible ASCII, because it is sent in a header. A key of less than 16 characters could be guessed. */
    static final String ALLOWED = "[\\x21-\\x7e]{16,256}";

    private static final String FILE = "api.key";

    /** 256 bits, as 43 characters. */
    private static final int BYTES = 32;

    private final String value;
    private final Optional<String> previous;
    private final Optional<Path> file;

    private ApiKey(String value, Settings settings, Optional<Path> file) {
        this.value = value;
        this.previous = settings.get(AccessSettings.API_KEY_PREVIOUS);
        this.file = file;
    }

    /**
     * Reads the key. Makes a key if there is none yet. Several gateways that start together get the same key.
     *
     * @throws BadSettingException if the file cannot be read or made, or has no valid key
     */
    public static ApiKey of(Settings settings, Path dataDirectory) {
        Optional<String> set = settings.get(AccessSettings.API_KEY);
        if (set.isPresent()) {
            return new ApiKey(set.get(), settings, Optional.empty());
        }
        Path file = dataDirectory.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            String kept = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (kept.matches(ALLOWED)) {
                return new ApiKey(kept, settings, Optional.of(file));
            }
        } catch (IOException unusable) {
            throw new BadSettingException(Settings.DATA_DIR, file + ": " + unusable);
        }
        throw new BadSettingException(Settings.DATA_DIR, file + ": no key of " + AccessSettings.API_KEY.allowed());
    }

    /** Makes the file as a whole or not at all: a link is made in one step, and only if the file does not exist. */
    private static void make(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        // only the owner can read it, from the beginning
        Path whole = Files.createTempFile(file.getParent(), FILE, "");
        try {
            Files.writeString(whole, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // another gateway made it meanwhile: its key is used
        } finally {
            Files.delete(whole);
        }
    }

    /** Whether this is the current or the previous key. Takes the same time for every wrong key. */
    public boolean is(String given) {
        byte[] hash = hash(given);
        boolean isPrevious = MessageDigest.isEqual(hash, hash(previous.orElse(value)));
        return MessageDigest.isEqual(hash, hash(value)) | isPrevious;
    }

    /** The key itself, which also signs events. It must not be logged. */
    public String value() {
        return value;
    }

    /** The place of the key, as text that may be logged. */
    @Override
    public String toString() {
        return file.map(path -> "in " + path).orElse("as set");
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException never) { // every Java platform has it
            throw new IllegalStateException(never);
        }
    }
}
