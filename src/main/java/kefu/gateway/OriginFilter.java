package kefu.gateway;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.Proxies;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/** Refuses the handshake of a page that may not connect: 403, before the container has anything to do with it. */
@SuppressWarnings("NullAway.Init") // the container injects
public class OriginFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(OriginFilter.class.getName());

    @Inject
    private transient Settings settings;

    @Inject
    private transient Metrics metrics;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String origin = request.getHeader("Origin");
        if (settings.get(Settings.ORIGINS).admit(origin, host(request))) {
            chain.doFilter(request, response);
            return;
        }
        metrics.handshakeRefused("origin");
        LOG.log(Level.FINE, "A page of {0} may not connect", origin);
        response.sendError(HttpServletResponse.SC_FORBIDDEN);
    }

    /** Where the browser believes to be. */
    private @Nullable String host(HttpServletRequest request) {
        Proxies proxies = settings.get(Settings.PROXIES);
        String forwarded = proxies.contains(request.getRemoteAddr()) ? request.getHeader("X-Forwarded-Host") : null;
        return forwarded == null ? request.getHeader("Host") : forwarded;
    }
}
