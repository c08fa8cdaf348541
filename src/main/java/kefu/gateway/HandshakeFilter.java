package kefu.gateway;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.AccessSettings;
import kefu.config.Proxies;
import kefu.config.ProxyHeader;
import kefu.config.Settings;
import kefu.lifecycle.Lifecycle;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.metrics.Rejection;

/**
 * Refuses a handshake before the container processes it: with 403 where the page's origin is not allowed, with 429 where the
 * address has reached a limit, with 503 where the gateway has, or where it does not serve now.
 *
 * <p>Grizzly processes a handshake once more where it has just read a frame of a connection that is being closed. Its response is
 * committed, and it goes no further.
 */
@SuppressWarnings("NullAway.Init") // the container injects
public class HandshakeFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(HandshakeFilter.class.getName());
    private static final int TOO_MANY_REQUESTS = 429; // RFC 6585, 4
    private static final String RETRY_SECONDS = "5";

    /** The client's address of the handshake on this thread, for {@link Handshake}, which the container tells no address. */
    static final ThreadLocal<String> ADDRESS = new ThreadLocal<>();

    private final AtomicBoolean warned = new AtomicBoolean();

    @Inject
    transient Settings settings;

    @Inject
    transient Connections connections;

    @Inject
    transient Lifecycle lifecycle;

    @Inject
    transient Metrics metrics;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (response.isCommitted()) {
            return;
        }
        String origin = request.getHeader("Origin");
        Proxies.Received received = received(request);
        String scheme = received.scheme().orElse(request.isSecure() ? "https" : null);
        String host = received.host().orElse(request.getHeader("Host"));
        String address = received.address();
        if (!settings.get(AccessSettings.ORIGINS).admit(origin, host, scheme)) {
            metrics.handshakeRefused("origin");
            metrics.rejected(
                    Rejection.ORIGIN,
                    line -> line.with("origin", origin).with("host", host).with("address", address));
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        if (!request.getMethod().equals("GET")) { // it belongs to a connection that is there
            chain.doFilter(request, response);
            return;
        }
        if (!lifecycle.admits()) {
            metrics.handshakeRefused("state");
            response.setHeader("Retry-After", Lifecycle.RETRY_SECONDS);
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        Optional<Bound> full = connections.check(address);
        if (full.isPresent()) {
            refuse(response, full.get(), address);
        } else {
            ADDRESS.set(address);
            try {
                chain.doFilter(request, response);
            } catch (IOException gone) {
                LOG.log(Level.FINE, "A client has gone before its handshake was answered", gone);
            } finally {
                ADDRESS.remove();
            }
        }
    }

    /** The client's address of the handshake on this thread; empty: not known. */
    public static String address() {
        String address = ADDRESS.get();
        return address == null ? "" : address;
    }

    private void refuse(HttpServletResponse response, Bound full, String address) throws IOException {
        metrics.handshakeRefused("bound");
        metrics.hit(full, line -> line.with("address", address));
        response.setHeader("Retry-After", RETRY_SECONDS);
        response.sendError(full == Bound.CONNECTIONS ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : TOO_MANY_REQUESTS);
    }

    private Proxies.Received received(HttpServletRequest request) {
        Proxies proxies = settings.get(AccessSettings.PROXIES);
        ProxyHeader header = settings.get(AccessSettings.PROXY_HEADER);
        Function<String, List<String>> lines = name -> Collections.list(request.getHeaders(name));
        if (header == ProxyHeader.EITHER
                && !warned.get()
                && proxies.contains(request.getRemoteAddr())
                && Proxies.isAmbiguous(lines)
                && warned.compareAndSet(false, true)) {
            LOG.warning(() -> LogLine.of("Setting")
                    .with("setting", AccessSettings.PROXY_HEADER.key())
                    .with(
                            "problem",
                            "a proxy sent both X-Forwarded-For, which counts, and Forwarded: set which it writes")
                    .with("proxy", request.getRemoteAddr())
                    .toString());
        }
        return proxies.received(request.getRemoteAddr(), header, lines);
    }
}
