package kefu.gateway;

/** Told when the application stops and no client is connected any more: all that it has started is to end now. */
public final class Stopped {}
