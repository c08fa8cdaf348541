package kefu.broker;

import java.util.function.Consumer;
import kefu.protocol.Channel;

/** A listener that hears what is published. Within one process nothing is lost. */
public record Heard(Consumer<Delivery> deliveries) implements Broker.Listener {
    @Override
    public void published(Delivery delivery) {
        deliveries.accept(delivery);
    }

    @Override
    public void lost(Channel channel) {
        throw new AssertionError("lost: " + channel);
    }
}
