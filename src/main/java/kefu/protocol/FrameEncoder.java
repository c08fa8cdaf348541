package kefu.protocol;

import jakarta.websocket.Encoder;

/** Hands the frame's text to the container; it was made when the frame was. */
public class FrameEncoder implements Encoder.Text<Frame> {
    @Override
    public String encode(Frame frame) {
        return frame.text();
    }
}
