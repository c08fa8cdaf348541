package kefu.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kefu.connection.Connection;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Position;

/**
 * A login or resume that may go on: the client has proved who it is.
 *
 * @param on the connection on which it came
 * @param known positions that the client knows; a channel that its session does not hear does not count
 * @param validFor how long the proof is valid; empty: no limit
 * @param answer makes what the client is told; it hears nothing before
 */
record LoginRequest(
        Connection on,
        Map<Channel, Position> known,
        Optional<Duration> validFor,
        Function<LoginResult, Frame> answer) {}
