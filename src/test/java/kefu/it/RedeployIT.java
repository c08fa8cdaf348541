package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kefu.Await;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A deployment that is gone is gone: for its clients, and from the container. */
@ArquillianTest
@SuppressWarnings("NullAway.Init")
class RedeployIT {
    private static final BuiltWar CHAT = new BuiltWar("redeployed");
    private static final URI BARE = new BuiltWar("bare").socket();
    private static final int ROUNDS = 5;
    private static final boolean ON_TOMCAT =
            System.getProperty("arquillian.launch").startsWith("tomcat");

    /** More than a container has threads at first, so that it starts some while it works for us. */
    private static final int CLIENTS = 24;

    /** Of those in a network that blocks WebSocket. */
    private static final int STREAMS = 6;

    private static StubBackend backend;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "redeployed", managed = false, testable = false)
    static WebArchive chat() {
        return CHAT.with("");
    }

    @Deployment(name = "bare", managed = false, testable = false)
    static WebArchive bare() {
        return ShrinkWrap.create(WebArchive.class, "bare.war").addClass(BareEndpoint.class);
    }

    @BeforeAll
    static void startBackend() throws IOException {
        String rules =
                "{\"hang\":{\"hang\":true},\"slow\":{\"delay\":500,\"status\":200,\"body\":\"{\\\"late\\\":1}\"},"
                        + "\"*\":{\"status\":200,\"body\":\"{}\"}}";
        backend = new StubBackend(Ports.BACKEND, Json.parse(rules).orElseThrow().asJsonObject());
    }

    @AfterAll
    static void stopBackend() {
        backend.close();
    }

    /**
     * On Tomcat no class loader stays. Payara's worker threads keep the request that they last served, and by it the
     * endpoint and its class loader: of ours no more than of a WAR that has nothing but an endpoint. From those that stay
     * our constants are reachable, since they are static, and nothing else: so no timer, and no MBean either, which would be
     * an object of ours.
     */
    @Test
    void fiveDeploymentsLeaveNothingAndTheirClientsAreToldToComeBack() throws Exception {
        List<String> leaksOfOthers =
                leaksFoundByTomcat(); // another test stops an application in the middle of a request
        for (int i = 0; i < ROUNDS; i++) {
            deployer.deploy("bare");
            useBare();
            deployer.undeploy("bare");
        }
        ContainerHeap before = ContainerHeap.look();
        int mayStay = ON_TOMCAT ? 0 : before.loaders(Version.class) + before.loaders(BareEndpoint.Loaded.class);

        for (int i = 0; i < ROUNDS; i++) {
            deployer.deploy("redeployed");
            boolean hangs = i == ROUNDS - 1; // it holds the stop up for all of its time
            List<ChatClient> connected = use(hangs ? "hang" : "slow");
            deployer.undeploy("redeployed");
            for (ChatClient client : connected) {
                assertTrue(client.closeCodeAndReason().matches("1012 retry=\\d+"), client.closeCodeAndReason());
                List<String> heard = client.take();
                assertTrue(heard.stream().noneMatch(frame -> frame.contains("logout_push")));
                assertEquals(!hangs, heard.contains("{\"late\":1}"));
            }
        }
        Await.until(() -> ContainerHeap.look().loaders(Version.class) <= mayStay);
        Await.untilEquals(Map.of(), () -> ContainerHeap.look().beyondConstants());
        Await.until(() -> ContainerHeap.threads().isEmpty());
        assertEquals(leaksOfOthers, leaksFoundByTomcat());
    }

    /** Tomcat waits 2 s for such a request, then stops the application, and looks for what the request has left on its thread. */
    @Test
    void aRequestThatIsBeingServedAtTheEndLeavesNothingOnItsThread() throws Exception {
        deployer.deploy("redeployed");
        try (RawHttp http = new RawHttp(CHAT.socket())) {
            http.write(RawHttp.lines(
                    "POST /redeployed/api/push HTTP/1.1",
                    "Host: 127.0.0.1",
                    "Authorization: Bearer " + System.getProperty("kefu.it.api.key"),
                    "Content-Type: application/json",
                    "Content-Length: 100",
                    "Expect: 100-continue"));
            assertEquals("HTTP/1.1 100", http.read(12)); // it waits for the body now
            deployer.undeploy("redeployed");
        }
        assertEquals(List.of(), ContainerLog.linesWith("created a ThreadLocal"));
    }

    @Test
    void connectionsThatHaveEndedLeaveNothing() throws Exception {
        deployer.deploy("redeployed");
        for (int i = 0; i < 20; i++) {
            List<ChatClient> clients = new ArrayList<>(WsClient.connect(CHAT.socket(), 50));
            clients.add(StreamClient.connect(CHAT.socket()));
            for (ChatClient client : clients) {
                client.send("{\"method\":\"any\"}");
            }
            for (ChatClient client : clients) {
                assertEquals("{}", client.next());
                client.close();
            }
        }
        Await.until(() -> CHAT.connections() == 0);
        Await.until(() -> ContainerHeap.look().instances("kefu.gateway.ChatEndpoint") == 0);
        Await.until(() -> ContainerHeap.look().instances("kefu.connection.Connection") == 0);
        Await.until(() -> ContainerHeap.look().instances("kefu.gateway.http.EventStream") == 0);
        assertEquals(List.of(), ContainerHeap.loaded("io.lettuce."), "no Redis is set");
        assertEquals(List.of(), ContainerLog.linesWith("forgets sockets in another way"));
        assertEquals(List.of(), ContainerLog.linesWith("This Tomcat keeps the socket of a response"));
        deployer.undeploy("redeployed");
    }

    /** @return those that are still connected, each with a call of this method in flight */
    private static List<ChatClient> use(String method) throws Exception {
        assertEquals(200, CHAT.get("/health/ready").statusCode());
        for (ChatClient client : loggedIn("those who go")) {
            client.send("{\"method\":\"any\"}");
            while (!client.next().equals("{}")) {
                // logins of the others
            }
            client.close();
        }
        Await.until(() -> CHAT.connections() == 0);
        List<ChatClient> stay = loggedIn("those who stay");
        int calls = backend.received().size();
        for (ChatClient client : stay) {
            client.send("{\"method\":\"" + method + "\"}");
        }
        Await.until(() -> backend.received().size() == calls + CLIENTS + STREAMS);
        stay.forEach(ChatClient::take);
        return stay;
    }

    private static List<ChatClient> loggedIn(String group) throws Exception {
        List<ChatClient> clients = new ArrayList<>(WsClient.connect(CHAT.socket(), CLIENTS));
        for (int i = 0; i < STREAMS; i++) {
            clients.add(StreamClient.connect(CHAT.socket()));
        }
        for (ChatClient client : clients) {
            client.send("{\"method\":\"login\",\"bid\":\"" + group + "\",\"customer_id\":1,\"customer_name\":\"n\"}");
        }
        for (ChatClient client : clients) { // each hears its own login, and that of those after it
            while (!client.next().contains("customer_list")) {
                // logins of the others
            }
        }
        return clients;
    }

    private static void useBare() throws Exception {
        List<WsClient> clients = WsClient.connect(BARE, CLIENTS);
        for (WsClient client : clients) {
            client.send("x");
        }
        for (WsClient client : clients) {
            assertEquals("x", client.next());
            client.close();
        }
    }

    /** But for those that it suspects of its own thread, which looks at each application every ten seconds. */
    private static List<String> leaksFoundByTomcat() {
        return ContainerLog.linesWith("memory leak").stream()
                .filter(line -> !line.contains("[Catalina-utility-"))
                .toList();
    }
}
