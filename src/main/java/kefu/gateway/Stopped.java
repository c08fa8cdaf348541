package kefu.gateway;

/** Fired when the application stops and all connections are closed: whoever has started something must stop it now. */
public final class Stopped {}
