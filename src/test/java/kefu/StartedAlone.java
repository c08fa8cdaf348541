package kefu;

import java.util.List;
import java.util.Map;
import kefu.it.WsClient;

/** A gateway without Redis, in a JVM of its own: an agent logs in and says something. */
final class StartedAlone {
    private StartedAlone() {}

    public static void main(String[] none) throws Exception {
        try (LocalGateway gateway = new LocalGateway(Map.of())) {
            List<WsClient> clients = WsClient.connect(gateway.url(), 1);
            clients.get(0).send("{\"method\":\"login\",\"bid\":1,\"customer_id\":2,\"customer_name\":\"n\"}");
            clients.get(0).next();
            clients.get(0).send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"x\"}");
            clients.get(0).next();
        }
    }
}
