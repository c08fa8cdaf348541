package kefu.backend;

import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kefu.broker.Member;
import kefu.protocol.PercentEncoding;

/**
 * The headers of the requests to the backend, which say who asks. An agent's are kept for its next request: to make them is some
 * 3 % of what a request costs. Thread-safe.
 */
final class AgentHeaders {
    /** The headers of so many clients are kept, in half a KB each. With one more all are dropped and made anew. */
    private static final int MAX_KEPT = 10_000;

    private final Optional<String> authorization;
    private final HttpHeaders anonymous;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>(); // by client

    /** @param member the client's agent: the headers are of another one after another login */
    private record Kept(Member member, HttpHeaders headers) {}

    /** @param authorization the value of the header of that name, which each request has; empty: none has it */
    AgentHeaders(Optional<String> authorization) {
        this.authorization = authorization;
        this.anonymous = make(Map.of());
    }

    /** The headers of one call. */
    HttpHeaders of(Backend.Call call) {
        HttpHeaders headers =
                call.member().map(member -> of(call.client(), member)).orElse(anonymous);
        return call.id()
                .map(id -> ServiceRequest.with(headers, "Idempotency-Key", call.client() + ":" + id))
                .orElse(headers);
    }

    private HttpHeaders of(String client, Member member) {
        Kept known = kept.get(client);
        if (known != null && known.member() == member) {
            return known.headers();
        }
        HttpHeaders headers = make(Map.of(
                "X-Kefu-Client", client,
                "X-Kefu-Customer-Id", PercentEncoding.encode(member.uid().key()),
                "X-Kefu-Bid", PercentEncoding.encode(member.group().key())));
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(client, new Kept(member, headers));
        return headers;
    }

    private HttpHeaders make(Map<String, String> caller) {
        Map<String, String> headers = new LinkedHashMap<>(caller);
        authorization.ifPresent(value -> headers.put("Authorization", value));
        return ServiceRequest.headers(headers);
    }

    /** How many clients' headers are kept. */
    int size() {
        return kept.size();
    }
}
