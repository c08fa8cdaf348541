package kefu.container;

/**
 * When the start of this deployment began, as far as the first of its classes can tell. On Tomcat that is before CDI starts,
 * which takes most of the time; on Payara it is behind that.
 */
public final class DeploymentStart {
    private static final long NANOS = System.nanoTime();

    private DeploymentStart() {}

    /** The first call says when. @return by {@link System#nanoTime} */
    public static long nanos() {
        return NANOS;
    }
}
