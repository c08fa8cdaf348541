package kefu.chaos;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Pushes through the API as a backend does: again and again with the same id, until the gateway has accepted. Thread-safe. */
final class Pusher {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final HttpClient http;
    private final URI api;
    private final String key;
    private final Faults faults;
    private final LongAdder awayNanos = new LongAdder();
    private final String run = Long.toHexString(System.nanoTime());

    // guarded by this
    private final Map<String, Integer> refusals = new TreeMap<>();

    /** @param api e.g. {@code http://127.0.0.1:21010/chat/api} */
    Pusher(HttpClient http, URI api, String key, Faults faults) {
        this.http = http;
        this.api = api;
        this.key = key;
        this.faults = faults;
    }

    /** Pushes the number of a series. Returns once it is accepted, or where the gateway was away too long, which is a fault. */
    boolean push(String to, String series, int n) {
        String body = "{\"to\":%s,\"message\":{\"method\":\"seq\",\"series\":\"%s\",\"n\":%d},\"id\":\"%s-%s-%d\"}"
                .formatted(to, series, n, run, series, n);
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/push"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        if (isAccepted(request)) {
            return true;
        }
        long refused = System.nanoTime();
        boolean accepted = false;
        while (!accepted && System.nanoTime() - refused < ChaosSettings.SETTLE.toNanos() && !Thread.interrupted()) {
            LockSupport.parkNanos(AGAIN_NANOS);
            accepted = isAccepted(request);
        }
        awayNanos.add(System.nanoTime() - refused);
        if (!accepted) {
            faults.add("push not accepted");
        }
        return accepted;
    }

    /** For how long its callers together were refused, since nobody served. */
    long awayNanos() {
        return awayNanos.sum();
    }

    private boolean isAccepted(HttpRequest request) {
        String why;
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            boolean byTheGateway = answer.body().startsWith("{");
            int status = answer.statusCode();
            if (status == 200 && byTheGateway) { // Payara answers 200 for an application on its way out
                return true;
            }
            if (byTheGateway && status != 503) {
                faults.add("push answered " + status + " " + answer.body());
            }
            why = status + (byTheGateway ? " by the gateway" : " by the container");
        } catch (java.io.IOException away) {
            why = away.getClass().getSimpleName();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
        synchronized (this) {
            refusals.merge(why, 1, Integer::sum);
        }
        return false;
    }

    /** Why a push was not accepted, with how often. */
    synchronized Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }
}
