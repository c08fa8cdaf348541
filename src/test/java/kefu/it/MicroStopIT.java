package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payara Micro takes the files of the classes away before it tells the application that it stops. */
class MicroStopIT {
    private static final BuiltWar STOPPED = new BuiltWar("stopped", Ports.of(2));

    @TempDir
    Path directory;

    @Test
    void theFirstStopHandsOverAndTellsClientsToComeBack() throws Exception {
        Path war = directory.resolve("stopped.war");
        STOPPED.with("kefu.data.dir=" + directory.resolve("data"))
                .as(ZipExporter.class)
                .exportTo(war.toFile());
        WsClient client;
        try (MicroProcess micro = new MicroProcess(war, STOPPED.port())) {
            client = WsClient.connectV2(STOPPED.socket());
            client.send("{\"method\":\"login\",\"bid\":1,\"customer_id\":2,\"customer_name\":\"n\",\"id\":\"a\"}");
            assertTrue(client.next().contains("\"code\":200"));
        }
        assertTrue(client.closeCodeAndReason().matches("1012 retry=\\d+"), client.closeCodeAndReason());
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) { // nothing is logged any more
            assertEquals(1, files.filter(file -> file.endsWith("handover")).count());
        }
    }
}
