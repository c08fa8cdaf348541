package kefu.handover;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import kefu.protocol.Id;

/** Writes the values of a handover file, which {@link HandoverReader} reads in the same order. */
final class HandoverWriter {
    private final DataOutputStream out;

    HandoverWriter(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /** Writes one value of a list. */
    interface Item<T> {
        void write(HandoverWriter to, T value) throws IOException;
    }

    void number(long value) throws IOException {
        out.writeLong(value);
    }

    void flag(boolean value) throws IOException {
        out.writeBoolean(value);
    }

    void bytes(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    void text(String value) throws IOException {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** With its JSON type. */
    void id(Id value) throws IOException {
        text(value.json().toString());
    }

    void optionalNumber(OptionalLong value) throws IOException {
        flag(value.isPresent());
        if (value.isPresent()) {
            number(value.getAsLong());
        }
    }

    <T> void optional(Optional<T> value, Item<T> item) throws IOException {
        flag(value.isPresent());
        if (value.isPresent()) {
            item.write(this, value.get());
        }
    }

    <T> void all(Collection<T> values, Item<T> item) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            item.write(this, value);
        }
    }

    /**
     * Writes the first values of a list, as long as the whole stays within a bound.
     *
     * @param mostBytes of everything that this writer has written
     * @return how many values it wrote
     */
    <T> int first(Collection<T> values, long mostBytes, Item<T> item) throws IOException {
        int written = 0;
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        for (T value : values) {
            one.reset();
            item.write(new HandoverWriter(one), value);
            if (out.size() + (long) one.size() + 2 > mostBytes) {
                break;
            }
            flag(true);
            one.writeTo(out);
            written++;
        }
        flag(false);
        return written;
    }

    /** The bytes that were written so far. */
    int size() {
        return out.size();
    }
}
