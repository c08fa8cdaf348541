package kefu.web;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import kefu.config.AccessSettings;
import kefu.config.Origins;
import kefu.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What a browser may do with anything of ours: run the page's own scripts and no other, and show it in a frame of the
 * pages that may connect. These pages may also import the client library. The API says by itself which pages may call it.
 */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class HeadersFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Settings settings;

    /** Where the client library is. */
    private static final String LIBRARY = "/sdk/";

    private String policy;

    @Override
    public void init() {
        policy = policy(settings.get(AccessSettings.ORIGINS));
    }

    static String policy(Origins origins) {
        String frames = origins.any() ? "*" : ("'self' " + String.join(" ", origins.listed())).strip();
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors " + frames;
    }

    /** Whether a page of this origin may import what is at a path. @param origin null: it is no script of a page elsewhere */
    static boolean mayImport(Origins origins, String path, @Nullable String origin) {
        return origin != null && path.startsWith(LIBRARY) && origins.admit(origin, null, null);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Content-Security-Policy", policy);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(
                "Cache-Control", "no-cache"); // asks each time whether it has changed; what is not kept says so itself
        if (request.getServletPath().startsWith(LIBRARY)) {
            response.addHeader("Vary", "Origin");
        }
        String origin = request.getHeader("Origin");
        if (mayImport(settings.get(AccessSettings.ORIGINS), request.getServletPath(), origin)) {
            response.setHeader("Access-Control-Allow-Origin", origin);
        }
        chain.doFilter(request, response);
    }
}
