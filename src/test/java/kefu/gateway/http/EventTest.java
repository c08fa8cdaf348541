package kefu.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "beat",
                "{\"method\":\"中文 😀\"}",
                " two\nlines",
                "\r",
                "a\r\nb\n\n",
                "event: close\n\n",
                ": no comment",
                "\u0000\u2028\ufeff",
                "\ufeff"
            })
    void whateverAMessageIsItArrivesAsItWas(String text) {
        String sent = new String(Event.message(text).bytes(), UTF_8);
        assertEquals(
                List.of(text),
                Event.parse(sent).stream()
                        .map(Event::message)
                        .map(Optional::orElseThrow)
                        .toList());
        assertEquals(3, (sent + Event.MESSAGE).replaceFirst("^event: .*\n", "").split("\n", -1).length, sent);
    }

    @Test
    void eventsAreReadInEachFormInWhichTheyMayBeWritten() {
        String text =
                ": a comment\r\ndata:one\r\n\r\nevent:pong\rdata: two\rid: 7\rdata: lines\r\revent: nothing\n\ndata\n\ndata: last";
        assertEquals(
                List.of(
                        new Event("message", "one"),
                        new Event("pong", "two\nlines"),
                        new Event("message", ""),
                        new Event("message", "last")),
                Event.parse(text));
        assertEquals(List.of(), Event.parse(""));
    }

    @Test
    void whatIsNoMessageHasNoText() {
        for (Event event : List.of(new Event("pong", "x"), new Event("other", "x"), new Event("quoted", "{}"))) {
            assertEquals(Optional.empty(), event.message());
        }
    }
}
