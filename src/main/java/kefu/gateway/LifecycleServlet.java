package kefu.gateway;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.lifecycle.Ownership;

/**
 * Stops the gateway when the application stops. It is a servlet, because its {@code destroy} is the only hook that every
 * container calls while sockets still work and classes can still be loaded. It serves no request.
 */
@SuppressWarnings("NullAway.Init") // the container injects
public class LifecycleServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(LifecycleServlet.class.getName());

    @Inject
    private transient Ownership ownership;

    @Inject
    private transient Event<Stopped> stopped;

    @Override
    public void destroy() {
        ownership.stop();
        stopped.fire(new Stopped());
        releaseRecordTypes();
    }

    /**
     * Up to Java 18 the JDK keeps the types for which it last made the methods of a record (JDK-8078641). One of our types keeps our
     * class loader. Methods made for types of the JDK replace them.
     */
    private static void releaseRecordTypes() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle component = lookup.findVirtual(String.class, "toString", MethodType.methodType(String.class));
            for (String method : List.of("equals", "hashCode", "toString")) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, String.class, "component", component);
            }
        } catch (Throwable notThisJdk) { // the method declares Throwable; only memory depends on it
            LOG.log(Level.FINE, "A class loader may stay", notThisJdk);
        }
    }
}
