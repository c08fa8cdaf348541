package kefu.metrics;

/** Why somebody is turned away who did not show that they may come in. Each kind is said in the log. */
public enum Rejection {
    /** A page of a host that is not in {@code kefu.origins}. */
    ORIGIN,
    /** A call of the API with no key or a wrong one. */
    API_KEY,
    /** A login, resume or request with no token or password, or with one that is not good for it. */
    CREDENTIALS
}
