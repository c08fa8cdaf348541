package kefu.fuzz;

import java.util.List;
import kefu.auth.SignedTokens;

/** Tokens that logins bring: good ones, and such as are not. */
final class Tokens {
    /** Of the token that is for one group only. */
    static final String GROUP = "g";

    private Tokens() {}

    static List<String> all() {
        String claims = "{\"sub\":\"17\",\"bid\":[\"3\",\"g\",\"张\",\"\\u0000\",\"<b>\",\"g:3\",\"3.0\"],\"exp\":%s}";
        return List.of(
                SignedTokens.of("17", "\"" + GROUP + "\"", 86_400),
                SignedTokens.hs256(claims.formatted(SignedTokens.in(86_400))),
                SignedTokens.hs256(claims.formatted(SignedTokens.in(86_400)).replace("17", "a")),
                SignedTokens.of("17", "[\"3\"]", -86_400),
                SignedTokens.of("17", "{\"a\":[]}", 86_400),
                SignedTokens.hs256("{\"exp\":1e999999999,\"sub\":{}}"),
                SignedTokens.hs256("{\"alg\":\"none\"}", claims.formatted(1), new byte[32]),
                SignedTokens.hs256("[".repeat(2_000)),
                "..",
                "a.b.c",
                ".".repeat(8_000));
    }
}
