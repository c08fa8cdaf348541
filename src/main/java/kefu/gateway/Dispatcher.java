package kefu.gateway;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Logger;
import kefu.broker.UnavailableException;
import kefu.connection.Connection;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Routes each request to one of the gateway's own methods or to the backend. Its hub, a concurrent map, routes each publication
 * to the sessions of a group. Thread-safe; never blocks.
 */
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

    private final Map<Version, Map<String, Method>> methods; // all that the gateway itself answers
    private final Method forward;
    private final Hub hub;

    /** @param forward passes a request to the backend */
    Dispatcher(Hub hub, Map<Version, Map<String, Method>> methods, Method forward) {
        this.hub = hub;
        this.methods = methods;
        this.forward = forward;
    }

    /** For the proxy of a normal-scoped bean only. The proxy never uses the fields. */
    @SuppressWarnings("NullAway")
    Dispatcher() {
        this.hub = null;
        this.methods = Map.of();
        this.forward = null;
    }

    /** Takes a client's message: it is served in its turn, or refused at once where too many wait. */
    public void dispatch(Connection from, Request request) {
        from.request(request);
    }

    /** The methods that the gateway itself answers. All others go to the backend. */
    Set<String> methods(Version version) {
        return own(version).keySet();
    }

    /** The number of sessions on this node. */
    int sessions() {
        return hub.in(Channel.ALL).size();
    }

    /** The number of groups with a session on this node. */
    long groups() {
        return hub.groups();
    }

    /** Whether a request is served alone on its connection: one of the gateway's own methods is, but for those that change nothing. */
    boolean isExclusive(Request request) {
        if (!(request instanceof Request.Call call)) {
            return false;
        }
        Method own = own(call.reply().version()).get(call.method());
        return own != null && !(own instanceof PingMethod || own instanceof LeavingMethod);
    }

    /** Whether a request logs its client out. */
    boolean endsSession(Request request) {
        return request instanceof Request.Call call
                && own(call.reply().version()).get(call.method()) instanceof LogoutMethod;
    }

    /** Serves a request whose turn it is. @return completes, in whatever way, when the request has ended */
    CompletionStage<?> serve(Connection from, Request request) {
        if (request instanceof Request.Refused refused) {
            from.refuse(refused.reply(), refused.error());
        }
        if (!(request instanceof Request.Call call)) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.completedFuture(call)
                .thenCompose(one ->
                        own(from.version()).getOrDefault(call.method(), forward).handle(from, one))
                .exceptionally(fault -> fail(from, call, fault));
    }

    /** The one place where a method's fault ends, whether the method threw it or its stage failed. */
    private static @Nullable Void fail(Connection from, Request.Call call, Throwable fault) {
        LOG.log(UnavailableException.level(fault), fault, () -> from.describe(
                        LogLine.of("Fault").with("in", "request " + call.method()))
                .toString());
        from.refuse(call.reply(), ErrorCode.BUSY);
        return null;
    }

    /** Delivers what an unresponsive client has missed: it is responsive again. */
    void responds(Connection connection) {
        Session session = Session.on(connection);
        if (session != null) {
            hub.goOn(session);
        }
    }

    private Map<String, Method> own(Version version) {
        return methods.getOrDefault(version, Map.of());
    }
}
