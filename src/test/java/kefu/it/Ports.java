package kefu.it;

/** The ports of 127.0.0.1 that are the tests' of one container: ten, so that those of two containers can run side by side. */
final class Ports {
    /** Where the container listens. */
    static final int HTTP = of(0);

    /** Where the tests play the backend. */
    static final int BACKEND = of(1);

    private Ports() {}

    /** @param number 2 to 9: what listens there is a test's own, or named in {@code arquillian.xml} or {@code instances.xml} */
    static int of(int number) {
        return 10 * Integer.getInteger("kefu.it.ports") + number;
    }
}
