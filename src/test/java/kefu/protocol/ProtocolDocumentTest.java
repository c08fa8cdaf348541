package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol document says what the code does. */
class ProtocolDocumentTest {
    private final List<String> lines = Files.readAllLines(Path.of("docs/protocol.md"));

    ProtocolDocumentTest() throws Exception {}

    @Test
    void hasEveryErrorCodeWithItsMessage() {
        for (ErrorCode error : ErrorCode.values()) {
            assertTrue(
                    lines.stream()
                            .anyMatch(l -> l.startsWith("| `" + error.code() + "` |") && l.contains(error.message())),
                    error.code());
        }
        assertEquals(
                ErrorCode.values().length,
                lines.stream().filter(l -> l.matches("\\| `\\d{5}` .*")).count());
    }

    @Test
    void hasEveryCloseCode() {
        for (CloseCode code : CloseCode.values()) {
            assertTrue(lines.stream().anyMatch(l -> l.startsWith("| `" + code.number() + "` |")), code.name());
        }
    }

    @Test
    void hasEveryMethod() {
        for (String method : List.of("login", "say")) {
            assertTrue(lines.contains("### `" + method + "`"), method);
        }
    }
}
