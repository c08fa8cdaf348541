package kefu.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import kefu.protocol.Id;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverFileTest {
    @TempDir
    Path directory;

    static void writeOne(Path in) throws IOException {
        new HandoverFile(in).write(to -> to.text("张三"));
    }

    private Path file() {
        return directory.resolve("handover");
    }

    private String refusal() {
        UnreadableHandoverException refused =
                assertThrows(UnreadableHandoverException.class, () -> new HandoverFile(directory).take());
        assertFalse(Files.exists(file()), "nobody else tries it");
        return String.valueOf(refused.getMessage());
    }

    @Test
    void whatOneWritesTheNextReadsOnce() throws IOException {
        writeOne(directory);
        assertEquals("张三", new HandoverFile(directory).take().orElseThrow().text());
        assertEquals(Optional.empty(), new HandoverFile(directory).take());
    }

    @Test
    void itIsThereUntilTheReaderHasGoneOnWithIt() throws IOException {
        HandoverFile file = new HandoverFile(directory);
        assertFalse(file.exists());
        writeOne(directory);
        assertTrue(file.exists());
        new HandoverFile(directory).take();
        assertTrue(file.exists());
        new HandoverFile(directory).delete();
        assertFalse(file.exists());
    }

    @Test
    void aReaderThatDiedInTheMiddleLeavesNothingToTheNext() throws IOException {
        writeOne(directory);
        new HandoverFile(directory).take();
        assertEquals(Optional.empty(), new HandoverFile(directory).take());
        assertFalse(new HandoverFile(directory).exists());
    }

    @Test
    void aLaterFileReplacesAnEarlierOne() throws IOException {
        new HandoverFile(directory).write(to -> to.text("earlier"));
        writeOne(directory);
        assertEquals("张三", new HandoverFile(directory).take().orElseThrow().text());
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        writeOne(directory);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void aWriterThatFailsInTheMiddleLeavesNothingToRead() throws IOException {
        writeOne(directory);
        assertThrows(IOException.class, () -> new HandoverFile(directory).write(to -> {
            to.text("half");
            throw new IOException("no space left on device");
        }));
        assertFalse(Files.exists(directory.resolve("handover.new")), "it would keep the disk full");
        assertEquals("张三", new HandoverFile(directory).take().orElseThrow().text(), "the one before is whole");
        assertEquals(Optional.empty(), new HandoverFile(directory).take());
        writeOne(directory);
        assertEquals("张三", new HandoverFile(directory).take().orElseThrow().text());
    }

    @Test
    void partOfAFileIsRefusedWhateverIsMissing() throws IOException {
        writeOne(directory);
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            refusal();
        }
    }

    @Test
    void oneWrongByteAnywhereIsRefused() throws IOException {
        writeOne(directory);
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 1;
            Files.write(file(), wrong);
            refusal();
        }
    }

    @Test
    void aFormatThatIsTooOldOrNewerIsRefusedByItsNumber() throws IOException {
        for (int other : List.of(1, HandoverFile.FORMAT + 1)) {
            new HandoverFile(directory, other).write(to -> to.text("?"));
            assertEquals("its format is " + other + ", and this version reads 2 to " + HandoverFile.FORMAT, refusal());
        }
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Files.writeString(file(), "x".repeat(1000));
        assertEquals("it is no whole file of this gateway", refusal());
    }

    @Test
    void everyKindOfValueComesBackAsItWas() throws IOException {
        Id number = Id.of(Json.parse("17").orElseThrow()).orElseThrow();
        Id text = Id.ofText("17").orElseThrow();
        new HandoverFile(directory).write(to -> {
            to.number(Long.MIN_VALUE);
            to.flag(true);
            to.id(number);
            to.id(text);
            to.optionalNumber(OptionalLong.empty());
            to.optionalNumber(OptionalLong.of(7));
            to.optional(Optional.of("x"), HandoverWriter::text);
            to.optional(Optional.<String>empty(), HandoverWriter::text);
            to.all(List.of("a", "", "😀".repeat(100_000)), HandoverWriter::text);
        });
        HandoverReader from = new HandoverFile(directory).take().orElseThrow();
        assertEquals(Long.MIN_VALUE, from.number());
        assertTrue(from.flag());
        assertEquals("17", from.id().json().toString());
        assertEquals("\"17\"", from.id().json().toString());
        assertEquals(OptionalLong.empty(), from.optionalNumber());
        assertEquals(OptionalLong.of(7), from.optionalNumber());
        assertEquals(Optional.of("x"), from.optional(HandoverReader::text));
        assertEquals(Optional.empty(), from.optional(HandoverReader::text));
        assertEquals(List.of("a", "", "😀".repeat(100_000)), from.all(HandoverReader::text));
    }

    @Test
    void ofAListThatIsTooLongTheFirstAreWritten() throws IOException {
        List<String> all = IntStream.range(0, 100).mapToObj(n -> "x".repeat(95)).toList();
        HandoverFile file = new HandoverFile(directory);
        file.write(to -> assertEquals(9, to.first(all, 1_000, HandoverWriter::text)));
        assertTrue(Files.size(file()) <= 1_000 + 44, "it has a head and a checksum besides");
        assertEquals(9, file.take().orElseThrow().first(HandoverReader::text).size());
    }
}
