package kefu.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a document tells ops to write into a file of theirs. */
final class DocumentBlock {
    private DocumentBlock() {}

    /** The document's first block of this language. */
    static String of(String document, String language) throws IOException {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(document)));
        assertTrue(block.find(), document + " has no block of " + language);
        return block.group(1);
    }
}
