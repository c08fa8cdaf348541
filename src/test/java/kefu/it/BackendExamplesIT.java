package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in {@code docs/backend.md}, as they stand there, against the built WAR. */
@ArquillianTest
class BackendExamplesIT {
    private static final String AT = "127.0.0.1:" + System.getProperty("kefu.it.http.port");

    @TempDir
    Path scripts;

    @Deployment(testable = false)
    static WebArchive chat() {
        return ShrinkWrap.create(ZipImporter.class, "chat.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class);
    }

    @Test
    void python() throws Exception {
        assertEquals("delivered 1\n17 online\n18 offline\nstatus 404\n", run("python", "python3"));
    }

    @Test
    void php() throws Exception {
        assumeTrue(isThere("php"), "PHP is not installed");
        assertEquals("delivered 1\n17 online\n18 offline\nstatus 404\n", run("php", "php"));
    }

    @Test
    void curl() throws Exception {
        assertTrue(isThere("curl"), "curl is not installed");
        String said = run("sh", "sh");
        assertTrue(said.contains("\"delivered\":1"), said);
        assertTrue(said.contains("\"online\":true,\"uid\":\"17\""), said);
        assertTrue(said.contains("\"online\":false,\"uid\":\"18\""), said);
        assertTrue(said.endsWith("status 404\n"), said);
    }

    /** Runs the document's one example in a language while agent 17 is online. @return what it printed */
    private String run(String language, String interpreter) throws Exception {
        Matcher example = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/backend.md")));
        assertTrue(example.find());
        Path script = Files.writeString(scripts.resolve("example"), example.group(1));
        Path out = scripts.resolve("out");
        WsClient agent = WsClient.connect(URI.create("ws://" + AT + "/chat/chat"));
        agent.send("{\"method\":\"login\",\"bid\":\"三\",\"customer_id\":17,\"customer_name\":\"n\"}");
        agent.next();
        ProcessBuilder builder = new ProcessBuilder(interpreter, script.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("KEFU_API", "http://" + AT + "/chat/api");
        builder.environment().put("KEFU_API_KEY", System.getProperty("kefu.it.api.key"));
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertTrue(ended && process.exitValue() == 0, said);
        assertTrue(agent.next().contains("\"你好\""));
        agent.close();
        return said;
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
