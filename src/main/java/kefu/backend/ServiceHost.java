package kefu.backend;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Logger;
import kefu.metrics.LogLine;

/**
 * A service's host, which may have a name that {@code java.net.URI} takes for none, as containers have:
 * {@code http://php_backend:8080/}. The JDK's HTTP client refuses such an address. So the request goes to the address that the
 * name stands for, and names the host in its {@code Host} header. Thread-safe.
 */
final class ServiceHost {
    private static final Logger LOG = Logger.getLogger(ServiceHost.class.getName());

    /** The headers that the JDK's HTTP client lets its callers set. It reads this once, with the first request of the JVM. */
    private static final String ALLOWED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

    private static final String HOST = "Host";

    /** Stands for the name until it is resolved. Nobody ever has this name (RFC 6761, 6.4). */
    private static final String STAND_IN = "service.invalid";

    private final String name;
    private final String authority;
    private final boolean isKnownToUri;
    private final boolean maySetHost;

    /** To be made before the first client is, see {@link #ALLOWED_HEADERS}. @param url an http address of the service */
    ServiceHost(URI url) {
        isKnownToUri = url.getHost() != null;
        authority = url.getRawAuthority();
        name = isKnownToUri ? url.getHost() : authority.split(":", 2)[0];
        maySetHost = !isKnownToUri && allowHost();
    }

    private boolean allowHost() {
        String before = System.getProperty(ALLOWED_HEADERS, "");
        System.setProperty(ALLOWED_HEADERS, before.isEmpty() ? HOST : before + "," + HOST);
        try {
            HttpRequest.newBuilder().setHeader(HOST, authority);
            return true;
        } catch (IllegalArgumentException another) {
            LOG.warning(() -> LogLine.of("ServiceHost")
                    .with("service", authority)
                    .with(
                            "problem",
                            "its requests name its address as their host: this JVM has used the HTTP client before")
                    .with("option", "-D" + ALLOWED_HEADERS + "=" + HOST)
                    .toString());
            return false;
        }
    }

    /** What is to be looked up. */
    String name() {
        return name;
    }

    /** A request, which is to be {@link #resolved}. @param uri of the service */
    ServiceRequest request(URI uri, Map<String, String> headers, String body) {
        if (isKnownToUri) {
            return new ServiceRequest(uri, headers, body);
        }
        String start = uri.getScheme() + "://";
        URI standIn = URI.create(start + STAND_IN + uri.toString().substring((start + name).length()));
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (maySetHost) {
            all.put(HOST, authority);
        }
        return new ServiceRequest(standIn, all, body);
    }

    /**
     * The request as it can be sent. Waits for no name server where the JVM has the address.
     *
     * @throws IllegalArgumentException where there is no such name
     */
    ServiceRequest resolved(ServiceRequest request) {
        if (isKnownToUri) {
            return request;
        }
        try {
            InetAddress found = InetAddress.getByName(name);
            String numeric = found.getHostAddress();
            String address = found instanceof Inet6Address ? "[" + numeric + "]" : numeric;
            return request.to(URI.create(request.uri().toString().replaceFirst(STAND_IN, address)));
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("no address of " + name, unknown);
        }
    }
}
