package kefu.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import kefu.config.AccessSettings;
import kefu.config.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersFilterTest {
    @ParameterizedTest
    @CsvSource({
        "https://desk.example, /sdk/kefu.js, https://desk.example, true",
        "https://*.desk.example, /sdk/client.js, https://a.desk.example, true",
        "*, /sdk/kefu.js, https://anybody.example, true",
        "https://desk.example, /sdk/kefu.js, https://evil.example, false",
        "https://desk.example, /sdk/kefu.js, null, false",
        "https://desk.example, /sdk/kefu.js, , false",
        "https://desk.example, /console/main.js, https://desk.example, false",
        "https://desk.example, /api/groups, https://desk.example, false",
        ", /sdk/kefu.js, https://desk.example, false"
    })
    void thePagesThatMayConnectMayImportTheLibraryAndNothingElse(
            String origins, String path, String origin, boolean may) {
        Settings settings =
                Settings.from(key -> key.equals("kefu.origins") ? Optional.ofNullable(origins) : Optional.empty());
        assertEquals(may, HeadersFilter.mayImport(settings.get(AccessSettings.ORIGINS), path, origin));
    }
}
