package kefu.backend;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import kefu.broker.Member;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.Json;
import org.junit.jupiter.api.AfterEach;

/** A backend on this machine, and the gateway's side that calls it. */
abstract class HttpBackendTestbed {
    static final Backend.Answer NO_ANSWER = new Backend.Failed(0);

    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final List<AutoCloseable> open = new ArrayList<>();
    final Map<String, String> settings = new HashMap<>(Map.of("kefu.backend.token", "s&e t"));

    @AfterEach
    final void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        timer.shutdownNow();
    }

    StubService service(StubService.Answerer answerer) throws Exception {
        StubService service = new StubService(answerer);
        open.add(service);
        return service;
    }

    HttpBackend backend(URI url) {
        return backend(url, new AtomicLong(System.nanoTime()));
    }

    Executor worker = Runnable::run;
    Executor resolver = Runnable::run;
    int selectors = 1;
    final Metrics metrics = new Metrics(List.of(), List.of(), List.of());

    HttpBackend backend(URI url, AtomicLong nanoTime) {
        HttpBackend backend = new HttpBackend(
                url,
                selectors,
                Settings.from(key -> Optional.ofNullable(settings.get(key))),
                timer,
                worker,
                resolver,
                metrics,
                awakeTime(nanoTime),
                nanoTime::get);
        open.add(0, backend);
        return backend;
    }

    /** The clock of the timeouts. */
    LongSupplier awakeTime(AtomicLong nanoTime) {
        return nanoTime::get;
    }

    static Backend.Call call(String method) {
        return call(method, Optional.empty());
    }

    static Backend.Call call(String method, Optional<Member> member) {
        String body = "{\"method\":" + Json.text(method) + ",\"o\":{},\"n\":1.50}";
        return new Backend.Call(
                method, Json.parse(body).orElseThrow().asJsonObject(), "client-1", member, Optional.empty());
    }

    static Backend.Answer answer(HttpBackend backend, String method) throws Exception {
        return backend.call(call(method)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
