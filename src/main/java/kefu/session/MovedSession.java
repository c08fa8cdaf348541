package kefu.session;

import java.util.List;
import kefu.connection.Connection;

/**
 * A session that continues on another connection.
 *
 * @param before the connection before
 * @param heardBefore its subscriptions on that connection
 * @param hears its subscriptions now
 */
public record MovedSession(Connection before, List<Subscription> heardBefore, List<Subscription> hears) {}
