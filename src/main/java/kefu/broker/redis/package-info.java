/**
 * Broker and presence of several nodes, in Redis (6.2 or newer), through Lettuce. No other package knows Lettuce, and only the
 * wiring knows this one. Uses broker, protocol, metrics and config.
 *
 * <p><b>Steps.</b> Each method of {@link kefu.broker.Broker} and {@link kefu.broker.Presence} is one script, that is, one atomic
 * step and one round trip; a merge of a session's data is two. A login is two in sequence: its channels are followed at the same
 * time, then it joins (in v1 a third one comes first, which looks for a session to take back). The file of a script
 * ({@code kefu/broker/redis/*.lua} among the resources) says what goes in and what comes out; {@code channels.lua} and
 * {@code sessions.lua} stand before them. Times are Redis's own.
 *
 * <p><b>Keys.</b> Each begins with the prefix in braces and a colon, {@code {kefu}:}, so that all are in one slot of a Redis
 * Cluster: a session's step touches its group, its agent, itself and all together. {@code <channel>} is {@code g:41},
 * {@code u:17}, {@code c:<client>} or {@code all}.
 *
 * <table>
 * <caption>What is kept</caption>
 * <tr><th>key</th><th>type</th><th>has</th></tr>
 * <tr><td>{@code m:<channel>}</td><td>hash</td><td>a channel: e epoch, t offset of the last publication, f of the first one kept,
 *     b bytes kept, s when something was said, l when the last session left, w whether a session was in it, x whether one is
 *     about to come, n its sessions that have a connection</td></tr>
 * <tr><td>{@code d:<channel>}</td><td>list</td><td>the entries that are kept, f to t: see {@link kefu.broker.redis.Entry}</td></tr>
 * <tr><td>{@code z:<channel>}</td><td>list</td><td>for each of them: its number among all, and its bytes</td></tr>
 * <tr><td>{@code c:<channel>}</td><td>sorted set</td><td>the sessions in a channel, by client</td></tr>
 * <tr><td>{@code i:<a or s> <id> <channel>}</td><td>string</td><td>the result of a publication with an id, for 5 minutes: of the
 *     API or of what agents say</td></tr>
 * <tr><td>{@code s:<client>}</td><td>hash</td><td>a session: g group, u agent, v version, n name, m what does not change, o node,
 *     w the node's incarnation, c connected, e generation, h hash of the ticket, a attempt, d data, r revision, q place in the
 *     list, x end of the grace, y state, b in v1 the connection whose login took it back last</td></tr>
 * <tr><td>{@code j:<client>}</td><td>set</td><td>the channels that the API joined it to</td></tr>
 * <tr><td>{@code h:<hash>}</td><td>string</td><td>the client of a ticket</td></tr>
 * <tr><td>{@code l:<group>}</td><td>hash</td><td>a group's list: by client, what a list shows</td></tr>
 * <tr><td>{@code a:<group>}, {@code v:<group>}</td><td>sorted set, hash</td><td>the agents of a group; by agent, the version of its
 *     coming, its sessions, and one of them</td></tr>
 * <tr><td>{@code groups}, {@code agents}</td><td>sorted sets</td><td>those that have a session, by name</td></tr>
 * <tr><td>{@code oldest}</td><td>sorted set</td><td>the channels that keep something, by the number of the oldest entry</td></tr>
 * <tr><td>{@code idle}</td><td>sorted set</td><td>the channels without a session, by last use</td></tr>
 * <tr><td>{@code times}</td><td>sorted set</td><td>the channels, by when something of them may have to be forgotten</td></tr>
 * <tr><td>{@code grace}</td><td>sorted set</td><td>the sessions without a connection, by the end of their grace</td></tr>
 * <tr><td>{@code nodes}</td><td>sorted set</td><td>the nodes' incarnations, by the end of their leases</td></tr>
 * <tr><td>{@code n:<incarnation>}</td><td>set</td><td>the sessions that have a connection on a node</td></tr>
 * <tr><td>{@code outbox}</td><td>sorted set</td><td>the changes of presence that the watcher is not done with, by version</td></tr>
 * <tr><td>{@code outbox-bytes}, {@code outbox-dropped}</td><td>strings</td><td>the bytes of these; the version of the last one that was
 *     dropped since there were too many, until a node is told</td></tr>
 * <tr><td>{@code relay}</td><td>string</td><td>the incarnation of the node that tells the changes, and the run of the server in which it
 *     began</td></tr>
 * <tr><td>{@code seq}, {@code epochs}, {@code total}, {@code version}</td><td>strings</td><td>numbers given out last; the bytes that
 *     all streams keep</td></tr>
 * </table>
 *
 * <p><b>Topics.</b> {@code d:<channel>} carries a channel's publications to the nodes that follow it: epoch and offset, a line
 * break, the entry. {@code n:<incarnation>} tells a node that another one has changed one of its sessions: the client, a line
 * break, and where the session has ended the offset up to which it hears its own channel before its connection is closed. An empty one
 * tells the relay that there is a change.
 *
 * <p><b>What may be lost.</b> A message. A node finds out by the offsets, by comparing its channels with their streams when its
 * connection was interrupted and every 30 s, and reads what it has missed. Redis itself, when it restarts or fails over, may lose
 * what it had confirmed: a channel's epoch ends with the run of the server, so no offset is used twice. A command that was
 * on its way when a connection broke is not sent again: it fails. Behind another run of the server the relay begins anew, and tells that
 * there may be a gap.
 *
 * <p><b>Threads.</b> The client's own threads hand everything to the gateway's workers, and never send to a client or wait.
 */
@NullMarked
package kefu.broker.redis;

import org.jspecify.annotations.NullMarked;
