package kefu.handover;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kefu.protocol.Id;
import kefu.protocol.Json;

/** Reads the values that a {@link HandoverWriter} has written. Every method fails where something else is there. */
final class HandoverReader {
    private final int format;
    private final DataInputStream in;

    /** @param format of what is read */
    HandoverReader(int format, byte[] from, int offset, int length) {
        this.format = format;
        in = new DataInputStream(new ByteArrayInputStream(from, offset, length));
    }

    /** Reads one value of a list. */
    interface Item<T> {
        T read(HandoverReader from) throws IOException;
    }

    /** The format of the file: an earlier one lacks some values. */
    int format() {
        return format;
    }

    long number() throws IOException {
        return in.readLong();
    }

    int smallNumber() throws IOException {
        return Math.toIntExact(number());
    }

    boolean flag() throws IOException {
        return in.readBoolean();
    }

    byte[] bytes() throws IOException {
        byte[] value = new byte[in.readInt()];
        in.readFully(value);
        return value;
    }

    String text() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    Id id() throws IOException {
        return Id.of(json()).orElseThrow(() -> new UnreadableHandoverException("an id is none"));
    }

    JsonObject object() throws IOException {
        return json() instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    }

    private JsonValue json() throws IOException {
        return Json.parse(text()).orElseThrow(() -> new UnreadableHandoverException("a value is no JSON"));
    }

    OptionalLong optionalNumber() throws IOException {
        return flag() ? OptionalLong.of(number()) : OptionalLong.empty();
    }

    <T> Optional<T> optional(Item<T> item) throws IOException {
        return flag() ? Optional.of(item.read(this)) : Optional.empty();
    }

    <T> List<T> all(Item<T> item) throws IOException {
        List<T> values = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            values.add(item.read(this));
        }
        return values;
    }

    /** Those that {@link HandoverWriter#first} wrote. */
    <T> List<T> first(Item<T> item) throws IOException {
        List<T> values = new ArrayList<>();
        while (flag()) {
            values.add(item.read(this));
        }
        return values;
    }
}
