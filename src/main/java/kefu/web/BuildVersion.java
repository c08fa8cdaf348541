package kefu.web;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** The version of the WAR, from its manifest. */
final class BuildVersion {
    private static final String UNKNOWN = "unknown";

    private BuildVersion() {}

    static String of(ServletContext context) throws ServletException {
        try (InputStream file = context.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            String built = file == null
                    ? null
                    : new Manifest(file).getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
            return built == null ? UNKNOWN : built;
        } catch (IOException unreadable) {
            throw new ServletException(unreadable);
        }
    }
}
