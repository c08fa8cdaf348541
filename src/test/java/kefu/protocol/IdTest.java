package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTest {
    private static JsonValue json(String text) {
        return Json.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "张", "😀"})
    void isOf128CharactersAtMostInAnyScript(String character) {
        assertTrue(Id.ofText(character.repeat(128)).isPresent());
        assertFalse(Id.ofText(character.repeat(129)).isPresent());
    }

    @Test
    void isTextOrANumberAndNothingElse() {
        assertEquals(Id.of(json("41")), Id.of(json("\"41\"")), "they are one");
        for (String other : new String[] {"\"\"", "null", "true", "[1]", "{}"}) {
            assertFalse(Id.of(json(other)).isPresent(), other);
        }
        assertFalse(Id.of(null).isPresent());
    }

    @Test
    void beginsNoLineOfItsOwnInALog() {
        assertEquals(
                "a?b?c?d?e", Id.ofText("a\nb\rc\u2028d\u0085e").orElseThrow().toString());
    }
}
