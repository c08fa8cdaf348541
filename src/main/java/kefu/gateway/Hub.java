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

/** The subscriptions of this node's sessions by channel, for delivery. Presence knows the sessions of all nodes. Thread-safe. */
final class Hub implements Broker.Listener {
    private final ConcurrentMap<Channel, Set<Subscription>> channels;
    private final FanOut fanOut;
    private final Metrics metrics;

    Hub(ConcurrentMap<Channel, Set<Subscription>> channels, FanOut fanOut, Metrics metrics) {
        this.channels = channels;
        this.fanOut = fanOut;
        this.metrics = metrics;
    }

    /**
     * Adds a subscription: it gets what is published from now on. Its session may drop it at the same time. So this method looks
     * again after adding, and whoever drops a subscription detaches it after that.
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
                return Set.of(subscription); // most channels have one: an agent's, a client's own
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

    /** Forgets all subscriptions. */
    void clear() {
        channels.clear();
    }

    /** The session with this public id, if this node has it. */
    Optional<Session> session(String client) {
        return in(Channel.client(client)).stream().map(Subscription::session).findAny();
    }

    /** The number of groups with a session on this node. */
    long groups() {
        return channels.keySet().stream().filter(Channel::isGroup).count();
    }

    /** The subscriptions to a channel on this node. */
    Set<Subscription> in(Channel channel) {
        return channels.getOrDefault(channel, Set.of());
    }

    @Override
    public void published(Delivery delivery) {
        Set<Subscription> hearing = in(delivery.channel());
        if (hearing.isEmpty()) {
            return;
        }
        long begun = System.nanoTime();
        int handed = fanOut.each(hearing, subscription -> deliver(delivery, subscription));
        metrics.published(handed, System.nanoTime() - begun);
    }

    /** @return how many clients hear it: one or none */
    private int deliver(Delivery delivery, Subscription to) {
        switch (to.deliver(delivery)) {
            case HANDED -> {
                return 1;
            }
            case UNRESPONSIVE -> setAside(to);
            case LOST -> to.session().catchUp(to);
        }
        return 0;
    }

    @Override
    public boolean hears(Channel channel) {
        return channels.containsKey(channel);
    }

    @Override
    public void lost(Channel channel) {
        for (Subscription subscription : in(channel)) {
            subscription.lag();
            subscription.session().catchUp(subscription);
        }
    }

    /**
     * Sets an unresponsive client aside: it gets no publications of groups and agents any more. Of many clients lost together each
     * would else get the logout of every other one. Called on the thread that runs the channel.
     */
    private void setAside(Subscription subscription) {
        if (subscription.channel().isGroup()
                || subscription.channel().isAgent()) { // the other channels are used to find sessions
            detach(subscription);
        }
        if (subscription.connection().isResponsive() || !subscription.isBehind()) { // it answered at the same time
            attach(subscription);
            goOn(subscription);
        }
    }

    /** A client is responsive again. */
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
