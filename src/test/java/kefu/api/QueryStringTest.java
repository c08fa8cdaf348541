package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {
    @Test
    void isPercentEncodedUtf8WithPlusForASpace() {
        assertEquals(
                Map.of("group", List.of("张三 &=%/\"😀+"), "b", List.of("")),
                QueryString.parse("group=%e5%BC%a0%E4%B8%89+%26%3D%25/%22%F0%9F%98%80%2B&b"));
    }

    @Test
    void aRepeatedParameterKeepsItsOrder() {
        assertEquals(Map.of("uid", List.of("2", "1", "2")), QueryString.parse("uid=2&uid=1&&uid=2"));
    }

    @Test
    void noneIsEmpty() {
        assertEquals(Map.of(), QueryString.parse(null));
        assertEquals(Map.of(), QueryString.parse(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=%ff", "a=%c0%80", "a=%ed%a0%80", "a=张"})
    void whatIsNotEncodedSoIsRefused(String query) {
        assertEquals(
                400,
                assertThrows(Refusal.class, () -> QueryString.parse(query))
                        .answer()
                        .status());
    }
}
