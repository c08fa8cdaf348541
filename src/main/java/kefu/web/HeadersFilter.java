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

/**
 * What a browser may do with anything of ours: run the page's own scripts and no other, and show it in a frame of the
 * pages that may connect. The API may be called by no page: there is no word of CORS.
 */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class HeadersFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Settings settings;

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

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Content-Security-Policy", policy);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(
                "Cache-Control", "no-cache"); // asks each time whether it has changed; what is not kept says so itself
        chain.doFilter(request, response);
    }
}
