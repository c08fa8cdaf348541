package kefu.protocol;

import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state that an agent gives a session. */
public enum Status {
    ONLINE(1),
    BUSY(2),
    AWAY(3);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /** As it is written in frames. */
    public int number() {
        return number;
    }

    /** Empty where the number is none of them. */
    public static Optional<Status> of(long number) {
        return Arrays.stream(values()).filter(one -> one.number == number).findAny();
    }

    /** Empty where the value is none of their numbers. */
    public static Optional<Status> of(@Nullable JsonValue value) {
        return Json.count(value).flatMap(Status::of);
    }
}
