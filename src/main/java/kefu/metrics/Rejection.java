package kefu.metrics;

/** The reason why a client or caller is rejected. Each reason is logged. */
public enum Rejection {
    /** The page is of a host that is not in {@code kefu.origins}. */
    ORIGIN,
    /** The API call has no key or a wrong key. */
    API_KEY,
    /** The login, resume or request has no token or password, or an invalid one. */
    CREDENTIALS
}
