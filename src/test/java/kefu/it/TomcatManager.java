package kefu.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** Tomcat's manager application, by the user of {@code tomcat-users.xml}. */
final class TomcatManager {
    private static final String USER = "arquillian:arquillian";

    private TomcatManager() {}

    /** Redeploys in place: the application is stopped, then the new one is started. @param name as {@code chat} */
    static void update(int port, String name, Path war) throws IOException, InterruptedException {
        String user = Base64.getEncoder().encodeToString(USER.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/manager/text/deploy?update=true&path=/" + name))
                .header("Authorization", "Basic " + user)
                .PUT(HttpRequest.BodyPublishers.ofFile(war))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        if (!answer.startsWith("OK")) {
            throw new IOException(answer);
        }
    }
}
