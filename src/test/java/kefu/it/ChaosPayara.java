package kefu.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kefu.chaos.Chaos;

/** The Payara Server that Arquillian runs. */
final class ChaosPayara implements ChaosContainer {
    private static final Path HOME = Path.of(System.getProperty("kefu.it.home"));
    private static final Path DOMAIN = HOME.resolve("glassfish/domains/kefu");
    private static final int PORT = Ports.HTTP;
    private static final String ADMIN_PORT = String.valueOf(Ports.of(5)); // arquillian.xml

    private final Set<String> deployed = new TreeSet<>();

    @Override
    public void deploy(String name, Path war) throws Exception {
        asadmin("deploy", "--name", name, "--contextroot", name, war.toString());
        deployed.add(name);
    }

    @Override
    public void redeploy(String name, Path war) throws Exception {
        asadmin("redeploy", "--name", name, war.toString());
    }

    @Override
    public void redeployByEachWay(Chaos chaos, Path war) throws Exception {
        chaos.redeploy("in place, redeploy", () -> redeploy("chat", war));
        chaos.redeploy(
                "in place, deploy --force",
                () -> asadmin("deploy", "--force", "--name", "chat", "--contextroot", "chat", war.toString()));
        chaos.redeploy("in place, autodeploy", () -> autodeploy(war));
    }

    /** The directory is looked into every two seconds. */
    private static void autodeploy(Path war) throws IOException {
        Path upload = Files.copy(war, DOMAIN.resolve("chat.upload"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(upload, DOMAIN.resolve("autodeploy/chat.war"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void asadmin(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/asadmin").toString(), "--port", ADMIN_PORT));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    @Override
    public String pid() {
        return ContainerHeap.pid();
    }

    @Override
    public Path log() {
        return DOMAIN.resolve("logs/server.log");
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public void close() throws Exception {
        Files.deleteIfExists(DOMAIN.resolve("autodeploy/chat.war")); // which undeploys it, in a while
        for (String name : deployed) {
            asadmin("undeploy", name);
        }
    }
}
