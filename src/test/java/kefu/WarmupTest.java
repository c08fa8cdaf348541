package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import kefu.container.CdiBootstrap;
import org.junit.jupiter.api.Test;

class WarmupTest {
    private final Map<String, Object> attributes = new HashMap<>();

    private ServletContext context(Supplier<Set<String>> paths) {
        return (ServletContext) Proxy.newProxyInstance(
                ServletContext.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getResourcePaths" -> paths.get();
                    case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                    case "getAttribute" -> attributes.get((String) arguments[0]);
                    case "removeAttribute" -> attributes.remove((String) arguments[0]);
                    default -> throw new AssertionError(method);
                });
    }

    private Thread thread() {
        return (Thread) Objects.requireNonNull(attributes.get(Warmup.class.getName()));
    }

    @Test
    void itRunsBesideTheStartWhichWaitsForItsEnd() {
        CompletableFuture<Set<String>> paths = new CompletableFuture<>();
        ServletContext context = context(paths::join);
        new Warmup().onStartup(null, context);
        Thread thread = thread();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> Warmup.await(context));
        Await.until(() -> thread.getState() == Thread.State.WAITING);
        assertFalse(waiting.isDone());
        paths.complete(Set.of());
        waiting.join();
        assertFalse(thread.isAlive());
        assertEquals(Map.of(), attributes, "nothing holds it");
        Warmup.await(context);
    }

    @Test
    void whatFailsInItFailsInTheStartOrNowhere() {
        ServletContext context = context(() -> {
            throw new IllegalStateException("the context is being stopped");
        });
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> uncaught.add(fault));
        try (LoggedLines log = new LoggedLines()) {
            new Warmup().onStartup(null, context);
            Warmup.await(context);
            assertEquals(List.of(), uncaught);
            assertEquals(List.of(), log.severe());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void itBeginsBeforeCdi() {
        List<Class<?>> order =
                ServiceLoader.load(ServletContainerInitializer.class, WarmupTest.class.getClassLoader()).stream()
                        .<Class<?>>map(ServiceLoader.Provider::type)
                        .filter(type -> type.getName().startsWith("kefu."))
                        .toList();
        assertEquals(List.of(Warmup.class, CdiBootstrap.class), order);
    }
}
