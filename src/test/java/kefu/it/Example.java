package kefu.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A document's one example in a language, as it stands there, and what runs it. */
enum Example {
    PYTHON("python", "python3", "python3"),
    PHP("php", "php", "php-cli"),
    SHELL("sh", "sh", "dash");

    private final String language;
    private final String interpreter;
    private final String debianPackage;

    Example(String language, String interpreter, String debianPackage) {
        this.language = language;
        this.interpreter = interpreter;
        this.debianPackage = debianPackage;
    }

    /** @param document e.g. {@code docs/backend.md} */
    String in(String document) throws Exception {
        Matcher example = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(document)));
        assertTrue(example.find(), "no example in " + language);
        return example.group(1);
    }

    /** Runs a program, which must end well. @return what it printed */
    String run(String program, Path folder, Map<String, String> environment, String... arguments) throws Exception {
        return run(true, program, folder, environment, arguments);
    }

    /** Runs a program, which must fail. @return what it printed */
    String fail(String program, Path folder, Map<String, String> environment) throws Exception {
        return run(false, program, folder, environment);
    }

    private String run(boolean well, String program, Path folder, Map<String, String> environment, String... arguments)
            throws Exception {
        assertIsThere(interpreter, debianPackage);
        Path script = Files.writeString(folder.resolve("example"), program);
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(interpreter, script.toString()), Stream.of(arguments))
                                .toList())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertTrue(ended && (process.exitValue() == 0) == well, said);
        return said;
    }

    static void assertIsThere(String program, String debianPackage) {
        assertTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed: apt-get install " + debianPackage);
    }
}
