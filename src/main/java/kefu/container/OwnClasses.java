package kefu.container;

import jakarta.servlet.ServletContext;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Loads all classes of the application at its start, on Payara. When Payara Micro is stopped, it takes the files of the classes
 * away before it tells the application. A handover needs classes then that nothing has needed before.
 */
public final class OwnClasses {
    private static final Logger LOG = Logger.getLogger(OwnClasses.class.getName());
    private static final String ROOT = "/WEB-INF/classes/";
    private static final String SUFFIX = ".class";

    private OwnClasses() {}

    /** Loads them where that is needed. */
    public static void load(ServletContext context) {
        if (System.getProperty("com.sun.aas.instanceRoot") != null) {
            loadAll(context);
        }
    }

    /** Loads them in any container. */
    public static void loadAll(ServletContext context) {
        load(context, ROOT + "kefu/", OwnClasses.class.getClassLoader());
    }

    static void load(ServletContext context, String folder, ClassLoader loader) {
        Set<String> paths = context.getResourcePaths(folder);
        if (paths == null) { // there is no such folder
            return;
        }
        for (String path : paths) {
            if (path.endsWith("/")) {
                load(context, path, loader);
            } else if (path.endsWith(SUFFIX)) {
                String name = path.substring(ROOT.length(), path.length() - SUFFIX.length());
                try {
                    Class.forName(name.replace('/', '.'), false, loader);
                } catch (ClassNotFoundException | LinkageError notNeeded) {
                    LOG.log(Level.FINE, notNeeded, () -> name + " cannot be loaded");
                }
            }
        }
    }
}
