package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.File;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;

/** The built WAR, as it is, and who uses its API. Each test has groups and agents of its own. */
abstract class ApiTestbed {
    private static final String AT = "127.0.0.1:" + Ports.HTTP;
    private static final URI SOCKET = URI.create("ws://" + AT + "/chat/chat");
    static final String KEY = System.getProperty("kefu.it.api.key");

    final ApiClient api = new ApiClient("http://" + AT + "/chat/api", KEY);
    final String group = "g-" + UUID.randomUUID();
    private final List<WsClient> connected = new ArrayList<>();

    @Deployment(testable = false)
    static WebArchive chat() {
        return ShrinkWrap.create(ZipImporter.class, "chat.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class);
    }

    @AfterEach
    void disconnect() {
        connected.forEach(WsClient::abort);
    }

    record Agent(WsClient socket, String client) {}

    private WsClient loggedIn(WsClient client, String bid, String uid) throws Exception {
        connected.add(client);
        client.send("{\"method\":\"login\",\"bid\":" + bid + ",\"customer_id\":" + uid + ",\"customer_name\":\"n\"}");
        return client;
    }

    WsClient v1(String bid, String uid) throws Exception {
        WsClient client = loggedIn(WsClient.connect(SOCKET), bid, uid);
        assertTrue(client.next().contains("customer_list"));
        return client;
    }

    Agent v2(String bid, String uid) throws Exception {
        WsClient client = loggedIn(WsClient.connectV2(SOCKET), bid, uid);
        return new Agent(client, json(client.next()).getString("client"));
    }

    static String text(String text) {
        return Json.text(text).toString();
    }

    static JsonObject json(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    ApiClient.Response push(String to, String more) throws Exception {
        return api.call("POST", "/push", "{\"to\":" + to + ",\"message\":{\"m\":1}" + more + "}");
    }

    static JsonObject result(ApiClient.Response answer, int index) {
        assertEquals(200, answer.status(), answer.body());
        return answer.json().getJsonArray("results").getJsonObject(index);
    }

    List<String> names(String path, String list, String name) throws Exception {
        ApiClient.Response answer = api.call("GET", path);
        assertEquals(200, answer.status(), answer.body());
        return answer.json().getJsonArray(list).stream()
                .map(JsonValue::asJsonObject)
                .map(item -> item.getString(name))
                .toList();
    }

    /** Nothing more has come than what this test pushes last. */
    static void hearsNext(WsClient client, String part) throws Exception {
        String heard = client.next();
        assertTrue(heard.contains(part), heard);
    }
}
