package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kefu.protocol.Version;

/**
 * What is alive in the container's JVM, after a full collection.
 *
 * @param classes how many instances each has; a class without any is not among them, one name is there as often as
 *     there are class loaders that hold such a class with instances
 */
record ContainerHeap(List<Counted> classes) {
    /** The container's own directory: its options name it. */
    private static final String INSTANCE = ContainerLog.DIRECTORY.getParent() + "/";

    /** {@code  12:  34  816  a.b.C} */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    private static final Pattern THREAD = Pattern.compile("\"([^\"]+)\".*");

    /** Held by static fields, as many as there are. */
    private static final Set<String> CONSTANTS = Set.of("kefu.config.Setting", "kefu.container.ContainerCall");

    /**
     * How many each class loader has: held by static fields; handshake and decoder by the endpoint's description, which the
     * container makes of the class.
     */
    private static final Map<String, Integer> EACH = Map.of(
            "kefu.backend.ServiceClient$Unusable", 1,
            "kefu.broker.Audience", 2,
            "kefu.config.ForwardedHeaders$Hop", 1,
            "kefu.gateway.Handshake", 1,
            "kefu.protocol.Channel", 1,
            "kefu.protocol.Frame", 1,
            "kefu.protocol.FrameDecoder", 1,
            "kefu.protocol.Request$Ignored", 1);

    record Counted(String name, int instances) {}

    /** Of the container that Arquillian runs. */
    static ContainerHeap look() {
        return look(pid());
    }

    static ContainerHeap look(String pid) {
        return new ContainerHeap(jcmd(pid, "GC.class_histogram")
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> new Counted(m.group(2), Integer.parseInt(m.group(1))))
                .toList());
    }

    /** How many deployments there are, or were and have left their class loader, by a constant which each one has. */
    int loaders(Class<? extends Enum<?>> constant) {
        return (int) classes.stream()
                .filter(each -> each.name().equals(constant.getName()))
                .count();
    }

    /** How many instances of a class of the WAR there are, over all deployments. */
    int instances(String name) {
        return classes.stream()
                .filter(each -> each.name().equals(name))
                .mapToInt(Counted::instances)
                .sum();
    }

    /**
     * The gateway's objects that are more than a class loader's constants: of a deployment that is served, or was and is
     * still held by something. With no class loader left there is none.
     */
    Map<String, Integer> beyondConstants() {
        int loaders = loaders(Version.class);
        Map<String, Integer> objects = new TreeMap<>();
        for (Counted each : classes) {
            if (isOurs(each.name()) && !CONSTANTS.contains(each.name())) {
                objects.merge(each.name(), each.instances(), Integer::sum);
            }
        }
        objects.entrySet().removeIf(each -> each.getValue() <= EACH.getOrDefault(each.getKey(), 0) * loaders);
        return objects;
    }

    /** Lambdas are left out: one that holds something of ours shows by what it holds. */
    private static boolean isOurs(String name) {
        return name.equals("io.micrometer.prometheusmetrics.PrometheusMeterRegistry")
                || (name.startsWith("kefu.")
                        && !name.startsWith("kefu.it.")
                        && !name.contains("$$Lambda")
                        && !isEnum(name));
    }

    private static boolean isEnum(String name) {
        try {
            return Class.forName(name, false, ContainerHeap.class.getClassLoader())
                    .isEnum();
        } catch (ClassNotFoundException generated) {
            return false;
        }
    }

    /** The threads that the gateway started, or that were started for it. */
    static List<String> threads() {
        return threads(pid());
    }

    static List<String> threads(String pid) {
        return jcmd(pid, "Thread.print")
                .map(THREAD::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .filter(name -> name.startsWith("kefu-") || name.startsWith("HttpClient-"))
                .toList();
    }

    /** The loaded classes whose names have this in them, also those without instances. */
    static List<String> loaded(String name) {
        return jcmd(pid(), "VM.class_hierarchy")
                .filter(line -> line.contains(name))
                .toList();
    }

    private static Stream<String> jcmd(String pid, String command) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            pid,
                            command)
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), text);
            return text.lines();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Tomcat is a child of ours; Payara has left its parent. */
    static String pid() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(INSTANCE))
                .map(process -> Long.toString(process.pid()))
                .findAny()
                .orElseThrow();
    }
}
