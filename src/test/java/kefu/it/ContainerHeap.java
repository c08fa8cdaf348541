package kefu.it;

import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is alive in the container's JVM, after a full collection.
 *
 * @param instances of each class, by its name; a class without any is not in it
 */
record ContainerHeap(Map<String, Integer> instances) {
    private static final Set<String> APPLICATION_LOADERS = Set.of(
            "org.apache.catalina.loader.ParallelWebappClassLoader", "org.glassfish.web.loader.WebappClassLoader");

    /** {@code  12:  34  816  a.b.C} */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    private static final Pattern THREAD = Pattern.compile("\"([^\"]+)\".*");

    static ContainerHeap look() {
        Map<String, Integer> instances = new TreeMap<>();
        jcmd("GC.class_histogram")
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(m -> instances.merge(m.group(2), Integer.parseInt(m.group(1)), Integer::sum));
        return new ContainerHeap(instances);
    }

    /** The class loaders of the applications, those that are there and those that only were not collected. */
    int applications() {
        return APPLICATION_LOADERS.stream()
                .mapToInt(name -> instances.getOrDefault(name, 0))
                .sum();
    }

    /** The gateway's own objects. */
    Map<String, Integer> ours() {
        Map<String, Integer> ours = new TreeMap<>(instances);
        ours.keySet().removeIf(name -> !name.startsWith("kefu.") || name.startsWith("kefu.it."));
        return ours;
    }

    /** The threads that the gateway started, or that were started for it. */
    static List<String> threads() {
        return jcmd("Thread.print")
                .map(THREAD::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .filter(name -> name.startsWith("kefu-") || name.startsWith("HttpClient-"))
                .toList();
    }

    private static java.util.stream.Stream<String> jcmd(String command) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            pid(),
                            command)
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException noTool) {
            throw new UncheckedIOException(noTool);
        }
    }

    /** Tomcat is a child of ours; Payara has left its parent, but names the domain. */
    private static String pid() {
        Set<String> children = ProcessHandle.current()
                .descendants()
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.toSet());
        String domains = System.getProperty("kefu.it.home") + "/glassfish/domains/";
        return VirtualMachine.list().stream()
                .filter(jvm -> jvm.displayName().contains(domains)
                        || (children.contains(jvm.id()) && jvm.displayName().startsWith("org.apache.catalina.")))
                .map(VirtualMachineDescriptor::id)
                .findAny()
                .orElseThrow();
    }
}
