package kefu.gateway;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.session.Session;
import kefu.session.Subscription;

/** This node's sessions in each channel, for delivery. The broker says who is in a channel on all nodes. Thread-safe. */
final class Hub implements Broker.Listener {
    private final ConcurrentMap<Channel, Set<Subscription>> channels;
    private final Metrics metrics;

    Hub(ConcurrentMap<Channel, Set<Subscription>> channels, Metrics metrics) {
        this.channels = channels;
        this.metrics = metrics;
    }

    /** From now on the subscription is told what is published. */
    void attach(Subscription subscription) {
        channels.compute(subscription.channel(), (channel, there) -> {
            if (there == null) {
                return Set.of(subscription); // the most have no more: an agent's, a client's own
            }
            Set<Subscription> all = there;
            if (there.size() == 1) {
                all = ConcurrentHashMap.newKeySet();
                all.addAll(there);
            }
            all.add(subscription);
            return all;
        });
    }

    void detach(Subscription subscription) {
        channels.computeIfPresent(subscription.channel(), (channel, there) -> {
            if (there.size() == 1) {
                return there.contains(subscription) ? null : there;
            }
            there.remove(subscription);
            return there;
        });
    }

    /** The session of this public id, where it is on this node. */
    Optional<Session> session(String client) {
        return in(Channel.client(client)).stream().map(Subscription::session).findAny();
    }

    /** The subscriptions to a channel on this node. */
    Set<Subscription> in(Channel channel) {
        return channels.getOrDefault(channel, Set.of());
    }

    @Override
    public void published(Delivery delivery) {
        int handed = 0;
        for (Subscription subscription : in(delivery.channel())) {
            subscription.deliver(delivery);
            handed++;
        }
        metrics.published(handed);
    }
}
