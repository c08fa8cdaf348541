package kefu.gateway.http;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import kefu.config.AccessSettings;
import kefu.config.LimitSettings;
import kefu.config.RedisSettings;
import kefu.config.Settings;
import kefu.connection.Threads;
import kefu.gateway.Connections;
import kefu.gateway.Dispatcher;
import kefu.gateway.HandshakeFilter;
import kefu.lifecycle.Lifecycle;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/**
 * {@code /chat/stream}: the answer to a GET is a connection's way down, and each POST carries what its client sends.
 * A HEAD asks whether the gateway is there. {@link HandshakeFilter} has checked the origin, and of a GET the limits.
 */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class StreamServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    static final String CONNECTION = "X-Kefu-Connection";
    private static final String SEQUENCE = "X-Kefu-Sequence";
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");
    private static final int TOO_MANY_REQUESTS = 429; // RFC 6585, 4

    /** A message may be twice as long where it is quoted, and others may come with it. */
    private static final int ENVELOPES = 64 << 10;

    /** Whoever takes longer posts again. The largest message by a modem of 56 kbit/s. */
    private static final Duration POST_TIMEOUT = Duration.ofSeconds(60);

    /** For ever: the heartbeat finds clients that have gone. Without a timeout Tomcat would end streams during a drain, after 1 s. */
    private static final Duration STREAM_TIMEOUT = Duration.ofDays(365);

    @Inject
    transient Connections connections;

    @Inject
    transient Dispatcher dispatcher;

    @Inject
    transient Settings settings;

    @Inject
    transient Lifecycle lifecycle;

    @Inject
    transient Threads threads;

    transient Streams streams;
    private transient int mostBytes;
    private transient boolean isOneOfMany;

    @Override
    public void init() {
        streams = new Streams(connections, dispatcher, settings, threads.writer());
        isOneOfMany = settings.get(RedisSettings.URI).isPresent();
        mostBytes = 2 * settings.get(LimitSettings.MESSAGE_MAX_BYTES) + ENVELOPES;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store, no-transform"); // compressed it would be held back
        permit(request.getHeader("Origin"), response);
        if (!settings.get(AccessSettings.STREAMS)) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        switch (request.getMethod()) {
            case "GET" -> open(request, response);
            case "POST" -> post(request, response);
            case "HEAD", "OPTIONS" -> response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            default -> {
                response.setHeader("Allow", "GET, HEAD, POST, OPTIONS");
                response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            }
        }
    }

    /** Lets a browser give the answer to a page of another host (CORS, Fetch standard). It is one that may connect. */
    private static void permit(@Nullable String origin, HttpServletResponse response) {
        response.addHeader("Vary", "Origin");
        if (origin != null) {
            response.setHeader("Access-Control-Allow-Origin", origin);
            response.setHeader("Access-Control-Allow-Methods", "GET, POST");
            response.setHeader("Access-Control-Allow-Headers", CONNECTION + ", " + SEQUENCE);
            response.setHeader("Access-Control-Max-Age", "7200"); // as long as a browser keeps it
        }
    }

    private void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String protocol = request.getParameter("protocol");
        response.setHeader("X-Accel-Buffering", "no");
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(STREAM_TIMEOUT.toMillis());
        streams.open(async, Version.of(protocol == null ? "" : protocol), HandshakeFilter.address());
    }

    private void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String sequence = request.getHeader(SEQUENCE);
        String id = request.getHeader(CONNECTION);
        if (id == null || sequence == null || !NUMBER.matcher(sequence).matches()) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        Optional<StreamedConnection> found = streams.find(id);
        if (found.isEmpty() && (isOneOfMany || !lifecycle.admits())) { // a proxy may find the one that has it
            response.setHeader("Retry-After", Lifecycle.RETRY_SECONDS);
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } else if (found.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        } else if (!found.get().begin()) {
            response.setStatus(TOO_MANY_REQUESTS);
        } else {
            read(request, response, found.get(), Long.parseLong(sequence));
        }
    }

    private void read(HttpServletRequest request, HttpServletResponse response, StreamedConnection to, long first)
            throws IOException {
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(POST_TIMEOUT.toMillis());
        PostReader reader = new PostReader(request.getInputStream(), mostBytes, new PostReader.Reader() {
            @Override
            public void heard() {
                to.heard();
            }

            @Override
            public void read(byte[] body) {
                to.post(first, Event.parse(new String(body, StandardCharsets.UTF_8)), this::answer);
            }

            @Override
            public void tooLong() {
                to.tooLong();
                answer(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
            }

            @Override
            public void failed() {
                answer(HttpServletResponse.SC_REQUEST_TIMEOUT);
            }

            private void answer(int status) {
                to.answered();
                response.setStatus(status);
                EventStream.complete(async);
            }
        });
        async.addListener(reader);
        request.getInputStream().setReadListener(reader);
    }
}
