package kefu.gateway;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.AccessSettings;
import kefu.config.Proxies;
import kefu.config.Settings;
import kefu.metrics.Bound;
import kefu.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a handshake before the container has anything to do with it: of a page that may not connect with 403, and of one
 * too many with 429 (from this address) or 503 (in all).
 */
@SuppressWarnings("NullAway.Init") // the container injects
public class HandshakeFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(HandshakeFilter.class.getName());
    private static final int TOO_MANY_REQUESTS = 429; // RFC 6585, 4
    private static final String RETRY_SECONDS = "5";

    /** Where the handshake that this thread serves comes from: {@link Handshake} hands it on, which is told no address. */
    static final ThreadLocal<String> ADDRESS = new ThreadLocal<>();

    @Inject
    private transient Settings settings;

    @Inject
    private transient Dispatcher dispatcher;

    @Inject
    private transient Metrics metrics;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String origin = request.getHeader("Origin");
        if (!settings.get(AccessSettings.ORIGINS).admit(origin, host(request))) {
            metrics.handshakeRefused("origin");
            LOG.log(Level.FINE, "A page of {0} may not connect", origin);
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        String address = proxies().client(request.getRemoteAddr(), request.getHeader("X-Forwarded-For"));
        Optional<Bound> full = dispatcher.check(address);
        if (full.isPresent()) {
            refuse(response, full.get(), address);
        } else {
            ADDRESS.set(address);
            try {
                chain.doFilter(request, response);
            } finally {
                ADDRESS.remove();
            }
        }
    }

    private void refuse(HttpServletResponse response, Bound full, String address) throws IOException {
        metrics.handshakeRefused("bound");
        metrics.hit(full, () -> "a handshake from " + address);
        response.setHeader("Retry-After", RETRY_SECONDS);
        response.sendError(full == Bound.CONNECTIONS ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : TOO_MANY_REQUESTS);
    }

    /** Where the browser believes to be. */
    private @Nullable String host(HttpServletRequest request) {
        String forwarded = proxies().contains(request.getRemoteAddr()) ? request.getHeader("X-Forwarded-Host") : null;
        return forwarded == null ? request.getHeader("Host") : forwarded;
    }

    private Proxies proxies() {
        return settings.get(AccessSettings.PROXIES);
    }
}
