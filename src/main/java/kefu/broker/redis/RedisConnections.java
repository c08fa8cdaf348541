package kefu.broker.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Two connections, one for scripts and one for what is published: to a Redis, to the master that a Sentinel names, or to the node
 * of a Redis Cluster that has the keys. A connection that is lost is made again. Thread-safe.
 */
final class RedisConnections implements AutoCloseable {
    /** A script takes Redis less than a millisecond; what takes longer than this is a fault, of which a client is told. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** How long a connection may take to be made: a try that hangs delays the next one. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** Between two tries to connect: at first, and in the end. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    /** Between two looks at which node of a cluster has which keys. An error of a node leads to a look at once. */
    private static final Duration TOPOLOGY_PERIOD = Duration.ofSeconds(30);

    /** So many commands wait for their answers, at most. They take some 100 MB with large messages only. */
    private static final int MAX_WAITING = 50_000;

    /** Two connections need one thread. */
    private static final int IO_THREADS = 1;

    /** With this before it an address is one of a node of a Redis Cluster; there may be several, with commas. */
    private static final String CLUSTER = "redis-cluster://";

    private static final String CLUSTER_TLS = "rediss-cluster://";

    private static final Logger LOG = Logger.getLogger(RedisConnections.class.getName());

    private final Duration timeout;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<String, String> commands;
    private final StatefulRedisPubSubConnection<String, String> messages;
    private volatile @Nullable Executor thread;
    private volatile boolean closing;

    /** Waits a few seconds at most. @param timeout of a command @throws RedisException where Redis cannot be reached */
    RedisConnections(String address, Duration timeout) {
        this.timeout = timeout;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(2) // the least there can be
                .reconnectDelay(Delay.exponential(FIRST_RETRY, LAST_RETRY, 2, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channels.add(channel);
                        thread = channel.eventLoop();
                    }
                })
                .build();
        boolean isCluster = address.startsWith(CLUSTER) || address.startsWith(CLUSTER_TLS);
        this.client = isCluster ? cluster(address) : single(address);
        client.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress peer) {
                LOG.info(() -> LogLine.of("RedisConnected").toString());
            }

            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                if (!closing) {
                    LOG.warning(() -> LogLine.of("RedisLost").toString());
                }
            }
        });
        try {
            if (client instanceof RedisClusterClient nodes) {
                this.messages = nodes.connectPubSub();
                this.commands = nodes.connect();
            } else {
                RedisClient one = (RedisClient) client;
                this.messages = one.connectPubSub();
                this.commands = one.connect();
            }
        } catch (RedisException away) {
            close();
            throw away;
        } finally {
            FastThreadLocal.removeAll(); // the container's thread that starts the deployment outlives it
        }
    }

    private RedisClient single(String address) {
        RedisClient one = RedisClient.create(resources, uri(address));
        one.setOptions(options(ClientOptions.builder()).build());
        return one;
    }

    private RedisClusterClient cluster(String address) {
        String scheme = address.startsWith(CLUSTER_TLS) ? "rediss://" : "redis://";
        String rest = address.substring(address.indexOf("://") + 3);
        String user = rest.substring(0, rest.lastIndexOf('@') + 1);
        List<RedisURI> nodes = Stream.of(rest.substring(user.length()).split(","))
                .map(host -> uri(scheme + user + host))
                .toList();
        RedisClusterClient all = RedisClusterClient.create(resources, nodes);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options(options);
        all.setOptions(options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_PERIOD)
                        .enableAllAdaptiveRefreshTriggers()
                        .build())
                .build());
        return all;
    }

    /** Lettuce takes the port for a part of the host where that has a name as containers have, {@code kefu_redis}. */
    static RedisURI uri(String address) {
        RedisURI uri = RedisURI.create(address);
        String host = uri.getHost();
        int colon = host == null || host.endsWith("]") ? -1 : host.indexOf(':');
        if (host != null && colon >= 0) {
            uri.setHost(host.substring(0, colon));
            uri.setPort(Integer.parseInt(host.substring(colon + 1)));
        }
        uri.setTimeout(CONNECT_TIMEOUT);
        uri.setClientName("kefu");
        return uri;
    }

    private ClientOptions.Builder options(ClientOptions.Builder options) {
        return options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(MAX_WAITING)
                .socketOptions(
                        SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
                .timeoutOptions(TimeoutOptions.enabled(timeout));
    }

    StatefulConnection<String, String> commands() {
        return commands;
    }

    StatefulRedisPubSubConnection<String, String> messages() {
        return messages;
    }

    /**
     * Runs what uses a connection on the client's own thread, in the order of the calls. The client leaves something of its own
     * with each thread that uses it, and a thread of the container would keep that, and by it the whole deployment, for ever.
     *
     * @param refused is told where its queue is full, or the client is closed
     */
    void use(Runnable use, Consumer<RuntimeException> refused) {
        Runnable guarded = () -> {
            try {
                use.run();
            } catch (RuntimeException fault) {
                refused.accept(fault);
            }
        };
        try {
            Objects.requireNonNull(thread, "not connected").execute(guarded);
        } catch (RejectedExecutionException closed) {
            refused.accept(closed);
        }
    }

    /** Whether both connections are there. */
    boolean areOpen() {
        return commands.isOpen() && messages.isOpen();
    }

    /** Closes the connections, which are made again. TCP alone takes a quarter of an hour to give up a peer that says nothing. */
    void reset() {
        boolean isFirst = false; // of many commands that have waited for the same answers
        for (Channel channel : channels) {
            if (channels.remove(channel)) {
                isFirst = true;
                channel.close();
            }
        }
        if (isFirst) {
            LOG.warning(() -> LogLine.of("RedisSilent").toString());
        }
    }

    /** Waits for the client's threads, four seconds at most. */
    @Override
    public void close() {
        closing = true;
        try { // its own shutdown would wait for ever where a connection is never told closed
            client.shutdownAsync(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            LOG.log(Level.FINE, "The client does not close in time", late);
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSING.toMillis());
    }
}
