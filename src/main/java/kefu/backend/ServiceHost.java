package kefu.backend;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.logging.Logger;
import kefu.metrics.LogLine;

/**
 * The host of a service. Container names such as {@code http://php_backend:8080/} are no host names for {@code java.net.URI}, and
 * the JDK's HTTP client refuses them. So a request to such a host is sent to its IP address, with the name in the {@code Host}
 * header. Thread-safe.
 */
final class ServiceHost {
    private static final Logger LOG = Logger.getLogger(ServiceHost.class.getName());

    /** The restricted headers that the JDK's HTTP client allows. It reads this property once, with the first request of the JVM. */
    private static final String ALLOWED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

    private static final String HOST = "Host";

    /** A placeholder for the host until it is resolved. This name never exists (RFC 6761, 6.4). */
    private static final String STAND_IN = "service.invalid";

    private final String name;
    private final String authority;
    private final boolean isKnownToUri;
    private final boolean maySetHost;

    /** Must be made before the first client, see {@link #ALLOWED_HEADERS}. @param url an http address of the service */
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

    /** The name to resolve. */
    String name() {
        return name;
    }

    /** A request, which is to be {@link #resolved}. @param uri of the service */
    ServiceRequest request(URI uri, HttpHeaders headers, String body) {
        if (isKnownToUri) {
            return new ServiceRequest(uri, headers, body);
        }
        String start = uri.getScheme() + "://";
        URI standIn = URI.create(start + STAND_IN + uri.toString().substring((start + name).length()));
        return new ServiceRequest(standIn, maySetHost ? ServiceRequest.with(headers, HOST, authority) : headers, body);
    }

    /**
     * Makes the request that can be sent. Does not wait for a name server if the JVM has the address in its cache.
     *
     * @throws IllegalArgumentException if the name does not exist
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
