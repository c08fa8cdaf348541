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
 * @param on the connection of the request
 * @param known positions that the client knows; those of channels that its session is not in are ignored
 * @param validFor how long the proof is valid; empty: no limit
 * @param answer makes the answer; the client gets no publication before it
 */
record LoginRequest(
        Connection on,
        Map<Channel, Position> known,
        Optional<Duration> validFor,
        Function<LoginResult, Frame> answer) {}
