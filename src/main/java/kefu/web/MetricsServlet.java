package kefu.web;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import kefu.metrics.Metrics;

/** {@code /metrics}: all meters in the text format of Prometheus. */
@SuppressWarnings("NullAway.Init") // the container injects
public class MetricsServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Metrics metrics;

    @Override
    public void init() throws ServletException {
        metrics.build(BuildVersion.of(getServletContext()));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain; version=0.0.4");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().write(metrics.scrape());
    }
}
