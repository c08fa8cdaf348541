package kefu.web;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import kefu.config.AuthSettings;
import kefu.config.Settings;
import kefu.protocol.Json;

/** {@code /auth}: tells the page what a login takes. Apart from the health answers, which a proxy keeps inside. */
@SuppressWarnings("NullAway.Init") // the container injects
public class AuthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** The answer. @param mode the authentication mode */
    public record Auth(String mode) {}

    @Inject
    private transient Settings settings;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter()
                .write(Json.write(new Auth(AuthSettings.mode(settings).toString())));
    }
}
