package kefu.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OwnClassesTest {
    private static final Map<String, Set<String>> FILES = Map.of(
            "/WEB-INF/classes/kefu/",
            Set.of("/WEB-INF/classes/kefu/One.class", "/WEB-INF/classes/kefu/text", "/WEB-INF/classes/kefu/inner/"),
            "/WEB-INF/classes/kefu/inner/",
            Set.of("/WEB-INF/classes/kefu/inner/Other$Part.class"));

    private final Set<String> asked = new TreeSet<>();

    @Test
    void everyClassIsAskedForAndOneThatCannotBeLoadedKeepsNoOtherOut() {
        ServletContext context = (ServletContext) Proxy.newProxyInstance(
                OwnClassesTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> FILES.get((String) arguments[0]));
        OwnClasses.load(context, "/WEB-INF/classes/kefu/", new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                asked.add(name);
                throw new ClassNotFoundException(name);
            }
        });
        OwnClasses.load(context, "/WEB-INF/classes/none/", OwnClassesTest.class.getClassLoader());
        assertEquals(Set.of("kefu.One", "kefu.inner.Other$Part"), asked);
    }
}
