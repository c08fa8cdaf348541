package kefu.config;

import java.util.Optional;

/** The settings of who may connect and call. */
public final class AccessSettings {
    public static final Setting<Optional<String>> API_KEY = new Setting<>(
            "kefu.api.key",
            "",
            "16 to 256 visible ASCII characters, no spaces",
            "what a backend shows to call the HTTP API; shown nowhere. Empty: one that is made at the first start and kept in the file api.key of kefu.data.dir",
            true,
            Values::key);

    public static final Setting<Optional<String>> API_KEY_PREVIOUS = new Setting<>(
            "kefu.api.key.previous",
            "",
            "16 to 256 visible ASCII characters, no spaces",
            "a second key that opens the HTTP API too, while its callers change to a new one; shown nowhere",
            true,
            Values::key);

    /** Only the page's own host: no other host is known to be trusted. */
    public static final Setting<Origins> ORIGINS = new Setting<>(
            "kefu.origins",
            "",
            "origins apart by commas, e.g. https://desk.example, https://*.desk.example, capacitor://localhost, or *",
            "the pages whose scripts may connect, import the client library, and show this page in a frame; *: all. Empty: those of the host that is connected to",
            false,
            Origins::parse);

    /** None: a browser page should not have the key of the whole API. */
    public static final Setting<Origins> API_ORIGINS = new Setting<>(
            "kefu.api.origins",
            "",
            "origins apart by commas, e.g. https://ops.example, https://*.ops.example, or *",
            "the pages whose scripts may call the HTTP API, with its key (CORS); *: all. Empty: none",
            false,
            Origins::parse);

    public static final Setting<Proxies> PROXIES = new Setting<>(
            "kefu.proxies",
            "",
            "addresses or networks apart by commas, e.g. 10.0.0.7, 192.168.0.0/16, ::1",
            "the proxies in front of the gateway: from these only it counts what a header says of the client's address, its host and its scheme",
            false,
            Proxies::parse);

    /** Most proxies write {@code X-Forwarded-For}. The standard header counts only if the other one is missing. */
    public static final Setting<ProxyHeader> PROXY_HEADER = new Setting<>(
            "kefu.proxies.header",
            "",
            "X-Forwarded-For (with X-Forwarded-Host and X-Forwarded-Proto) or Forwarded",
            "the header that the proxies write; the other one is a client's. Empty: X-Forwarded-For where a request has it, else Forwarded",
            false,
            ProxyHeader::parse);

    /** It costs nothing until a client uses it. */
    public static final Setting<Boolean> STREAMS = new Setting<>(
            "kefu.fallback",
            "true",
            "true or false",
            "whether a client whose network blocks WebSocket may connect by HTTP streaming; false answers it 404",
            false,
            Values::bool);

    private AccessSettings() {}
}
