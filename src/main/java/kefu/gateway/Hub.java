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

    /**
     * From now on the subscription is told what is published. Its session may give it up at the same time: who attaches
     * looks again afterwards, who gives it up detaches it afterwards.
     */
    void attach(Subscription subscription) {
        put(subscription);
        if (!subscription.session().isCurrent(subscription)) {
            detach(subscription);
        }
    }

    private void put(Subscription subscription) {
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

    /** How many groups have a session on this node. */
    long groups() {
        return channels.keySet().stream().filter(Channel::isGroup).count();
    }

    /** The subscriptions to a channel on this node. */
    Set<Subscription> in(Channel channel) {
        return channels.getOrDefault(channel, Set.of());
    }

    @Override
    public void published(Delivery delivery) {
        long begun = System.nanoTime();
        int handed = 0;
        for (Subscription subscription : in(delivery.channel())) {
            if (subscription.deliver(delivery)) {
                handed++;
            } else {
                setAside(subscription);
            }
        }
        metrics.published(handed, System.nanoTime() - begun);
    }

    /**
     * A client that cannot hear is looked at no more when something is published in a group or to an agent: of many that are
     * lost together each would be handed the logout of every other one. Called on the thread that runs the channel.
     */
    private void setAside(Subscription subscription) {
        if (subscription.channel().isGroup() || subscription.channel().isAgent()) { // by the others sessions are found
            detach(subscription);
        }
        if (subscription.connection().isResponsive() || !subscription.isBehind()) { // it was heard of at the same time
            attach(subscription);
            goOn(subscription);
        }
    }

    /** A client can hear again. */
    void goOn(Session session) {
        session.subscriptions().forEach(this::goOn);
    }

    private void goOn(Subscription subscription) {
        if (subscription.tryCatchUp()) {
            attach(subscription);
            subscription.session().catchUp(subscription);
        }
    }
}
