package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** The protocol document says what the code does. */
class ProtocolDocumentTest {
    private static final Pattern METHOD = Pattern.compile("### `(.+)`");

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
        assertEquals(
                CloseCode.values().length,
                lines.stream().filter(l -> l.matches("\\| `\\d{4}` .*")).count());
    }

    @Test
    void hasEveryMethodInItsChapterAndNoOther() {
        Map<String, String> settings = Map.of("kefu.auth.secret", "a secret of thirty-two bytes or more");
        try (TestGateway gateway = new TestGateway(settings, each -> new Desk(each.broker, Clock.systemUTC()))) {
            assertEquals(gateway.dispatcher.methods(Version.V1), methods("## What a client sends"));
            Set<String> inBoth = Set.of("token");
            Set<String> documented = new TreeSet<>(methods("## Version 2"));
            documented.addAll(inBoth);
            assertEquals(gateway.dispatcher.methods(Version.V2), documented);
            assertEquals(new Desk(gateway.broker, Clock.systemUTC()).builtInMethods(), methods("## Without a backend"));
        }
    }

    @Test
    void showsTheAnswerToALoginOfVersion2WithAllItsMembers() {
        String shown = lines.stream()
                .filter(line -> line.startsWith("{\"code\":200,") && line.contains("\"method\":\"login\""))
                .findAny()
                .orElseThrow();
        try (TestGateway gateway = new TestGateway()) {
            TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
            client.send("{\"method\":\"login\",\"id\":\"p7-2\",\"bid\":3,\"customer_id\":17,\"customer_name\":\"张三\"}");
            assertEquals(
                    client.frames().get(0).keySet(),
                    Json.parse(shown).orElseThrow().asJsonObject().keySet());
        }
    }

    /** The methods that have a heading in a chapter. */
    private Set<String> methods(String chapter) {
        int begin = lines.indexOf(chapter);
        assertTrue(begin >= 0, chapter);
        return lines.stream()
                .skip(begin + 1L)
                .takeWhile(line -> !line.startsWith("## "))
                .map(METHOD::matcher)
                .filter(Matcher::matches)
                .map(heading -> heading.group(1))
                .collect(Collectors.toSet());
    }
}
