package kefu.gateway;

import java.nio.ByteBuffer;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.metrics.Bound;
import kefu.protocol.CloseCode;
import kefu.protocol.FrameDecoder;

/**
 * What one client sends, on its way from the transport to the dispatcher. Assembles each message, and decodes it. Not thread-safe:
 * the transport passes one part after the other.
 */
public final class Inbox {
    private final Connection connection;
    private final Dispatcher dispatcher;
    private final MessageAssembler assembler;
    private final FrameDecoder decoder;

    public Inbox(Connection connection, Dispatcher dispatcher, Settings settings) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.assembler = new MessageAssembler(settings.get(LimitSettings.MESSAGE_MAX_BYTES));
        this.decoder = new FrameDecoder(settings.get(LimitSettings.MESSAGE_MAX_DEPTH));
    }

    /** A text message or a part of one has come. */
    public void text(String part, boolean last) {
        if (hears()) {
            received(assembler.add(part, last));
        }
    }

    /** A binary message or a part of one has come. */
    public void binary(ByteBuffer part, boolean last) {
        if (hears()) {
            received(assembler.add(part, last));
        }
    }

    /** A closed client may send until it has read the close. Its messages are dropped here, before they are decoded. */
    private boolean hears() {
        connection.heard();
        return !connection.hasEnded();
    }

    private void received(MessageAssembler.Result result) {
        if (result instanceof MessageAssembler.Message message) {
            connection.received(message.bytes());
            dispatcher.dispatch(connection, decoder.decode(message.text(), connection.version()));
        } else if (result == MessageAssembler.Outcome.TOO_BIG) {
            connection.endAt(Bound.MESSAGE_BYTES, CloseCode.MESSAGE_TOO_BIG);
        }
    }
}
