package kefu.it;

import jakarta.json.JsonObject;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionException;
import kefu.protocol.Json;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The built WAR as a test deploys it under a name of its own, and where it is then. */
record BuiltWar(String name, int port) {
    /** In the container that Arquillian runs. */
    BuiltWar(String name) {
        this(name, Ports.HTTP);
    }

    /** The WAR, with settings that count more than those of the container's options. */
    WebArchive with(String settings) {
        return ShrinkWrap.create(ZipImporter.class, name + ".war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class)
                .addAsWebInfResource(
                        new StringAsset("config_ordinal=1000\n" + settings),
                        "classes/META-INF/microprofile-config.properties");
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + port + "/" + name + "/chat");
    }

    HttpResponse<String> get(String path) {
        URI url = URI.create("http://127.0.0.1:" + port + "/" + name + path);
        return HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .join();
    }

    /** Whether it serves. */
    boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (CompletionException notThereYet) {
            return false;
        }
    }

    /** How many clients are connected, by its own word. */
    int connections() {
        JsonObject health =
                Json.parse(get("/health/ready").body()).orElseThrow().asJsonObject();
        return health.getInt("connections");
    }
}
