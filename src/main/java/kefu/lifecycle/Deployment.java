package kefu.lifecycle;

/**
 * This deployment among the others of its application.
 *
 * @param contextPath without the version
 * @param version of a parallel deployment (Tomcat's {@code chat##002.war}); empty: there are none
 */
public record Deployment(String contextPath, String version) {
    /** As the container names it. */
    @Override
    public String toString() {
        return version.isEmpty() ? contextPath : contextPath + "##" + version;
    }
}
