package kefu.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kefu.chaos.Chaos;

/** A Tomcat of the test's own: the one that Arquillian runs looks at no files. */
final class ChaosTomcat implements ChaosContainer {
    private static final int PORT = Ports.of(2);

    private final Path base;
    private final TomcatProcess tomcat;

    /** @param base its own directory, which is made */
    ChaosTomcat(Path base) throws IOException {
        this.base = base;
        tomcat = new TomcatProcess(
                Path.of(System.getProperty("kefu.it.home")),
                base,
                Path.of(System.getProperty("kefu.it.containers")),
                PORT,
                List.of("-Dkefu.node=it-chaos"));
    }

    @Override
    public void deploy(String name, Path war) throws IOException {
        tomcat.put(war, name + ".war");
    }

    @Override
    public void redeploy(String name, Path war) throws IOException {
        tomcat.put(war, name + ".war");
    }

    @Override
    public void redeployByEachWay(Chaos chaos, Path war) throws Exception {
        chaos.redeploy("in place, new file", () -> tomcat.put(war, "chat.war"));
        chaos.redeploy("in place, manager", () -> TomcatManager.update(PORT, "chat", war));
        chaos.redeploy("parallel, to 001", () -> tomcat.put(war, "chat##001.war"));
        tomcat.remove("chat.war");
        chaos.redeployOverALogin("parallel, to 002", this::isHandoverWritten, () -> tomcat.put(war, "chat##002.war"));
        chaos.redeploy("rollback, to 001", () -> tomcat.remove("chat##002.war"));
        tomcat.put(war, "chat.war"); // a lower version, which waits
        chaos.redeploy("rollback, to none", () -> tomcat.remove("chat##001.war"));
    }

    /** docs/operations.md, "The file". */
    private boolean isHandoverWritten() {
        Path directory = base.resolve("kefu/Catalina%2Flocalhost/chat");
        return Files.exists(directory.resolve("handover")) || Files.exists(directory.resolve("handover.taken"));
    }

    @Override
    public String pid() {
        return tomcat.pid();
    }

    @Override
    public Path log() {
        return base.resolve("logs/out");
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public void close() {
        tomcat.close();
    }
}
