package kefu.protocol;

import jakarta.websocket.Encoder;

/** Gives the container the text of a frame. The text exists already. */
public class FrameEncoder implements Encoder.Text<Frame> {
    @Override
    public String encode(Frame frame) {
        return frame.text();
    }
}
