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
 * What a backend shows to call the HTTP API. It is the setting's; without one it is in a file of the data directory, where
 * it stays over restarts and versions. Immutable.
 */
public final class ApiKey {
    /** Visible ASCII, since it goes into a header. Less than 16 characters could be guessed. */
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
     * Reads the key, and makes one where there is none yet. Of several starts at once all get the same.
     *
     * @throws BadSettingException where the file cannot be read or made, or holds no key
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

    /** Whole or not at all: a link is made in one step, and only where there is no such file. */
    private static void make(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        // its owner's only, from the first moment on
        Path whole = Files.createTempFile(file.getParent(), FILE, "");
        try {
            Files.writeString(whole, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // by another version that starts at the same time: that key counts
        } finally {
            Files.delete(whole);
        }
    }

    /** Whether this is the key, or the one before it. Takes as long whatever is wrong with it. */
    public boolean is(String given) {
        byte[] hash = hash(given);
        boolean isPrevious = MessageDigest.isEqual(hash, hash(previous.orElse(value)));
        return MessageDigest.isEqual(hash, hash(value)) | isPrevious;
    }

    /** The key itself, by which events are signed. It goes into no log. */
    public String value() {
        return value;
    }

    /** Where the key is, in words that may be logged. */
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
