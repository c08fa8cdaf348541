package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples in {@code docs/backend.md}, as they stand there, against the built WAR. */
@ArquillianTest
class BackendExamplesIT {
    private static final BuiltWar CHAT = new BuiltWar("chat");
    private static final String API = "http://127.0.0.1:" + CHAT.port() + "/chat/api";

    @TempDir
    Path scripts;

    @Deployment(testable = false)
    static WebArchive chat() {
        return CHAT.with("");
    }

    @Test
    void python() throws Exception {
        assertEquals("delivered 1\n17 online\n18 offline\nstatus 404\n", run(Example.PYTHON));
    }

    @Test
    void php() throws Exception {
        assertEquals("delivered 1\n17 online\n18 offline\nstatus 404\n", run(Example.PHP));
    }

    @Test
    void curl() throws Exception {
        Example.assertIsThere("curl", "curl");
        String said = run(Example.SHELL);
        assertTrue(said.contains("\"delivered\":1"), said);
        assertTrue(said.contains("\"online\":true,\"uid\":\"17\""), said);
        assertTrue(said.contains("\"online\":false,\"uid\":\"18\""), said);
        assertTrue(said.endsWith("status 404\n"), said);
    }

    @ParameterizedTest
    @EnumSource
    void withAWrongKeyTheyFailAndSaySo(Example example) throws Exception {
        Map<String, String> environment = Map.of("KEFU_API", API, "KEFU_API_KEY", "another-0123456789");
        String said = example.fail(example.in("docs/backend.md"), scripts, environment);
        assertTrue(said.contains("403") || said.contains("wrong key"), said);
        assertFalse(said.contains("delivered"), said);
    }

    /** So Payara answers a call that meets an application on its way out. */
    @ParameterizedTest
    @EnumSource(names = {"PYTHON", "PHP"})
    void anEmptyAnswerIsTakenForNoneOfTheGateways(Example example) throws Exception {
        HttpServer container = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 8);
        container.createContext("/", call -> {
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        container.start();
        try {
            String api = "http://127.0.0.1:" + container.getAddress().getPort();
            Map<String, String> environment = Map.of("KEFU_API", api, "KEFU_API_KEY", "any");
            String said = example.fail(example.in("docs/backend.md"), scripts, environment);
            assertFalse(said.contains("delivered"), said);
        } finally {
            container.stop(0);
        }
    }

    @BeforeEach
    void nobodyIsConnected() {
        Await.until(() -> CHAT.connections() == 0);
    }

    /** Runs the document's example while agent 17 is online. @return what it printed */
    private String run(Example example) throws Exception {
        WsClient agent = WsClient.connect(CHAT.socket());
        agent.send("{\"method\":\"login\",\"bid\":\"三\",\"customer_id\":17,\"customer_name\":\"n\"}");
        agent.next();
        Map<String, String> environment =
                Map.of("KEFU_API", API, "KEFU_API_KEY", System.getProperty("kefu.it.api.key"));
        String said = example.run(example.in("docs/backend.md"), scripts, environment);
        assertTrue(agent.next().contains("\"你好\""));
        agent.close();
        return said;
    }
}
