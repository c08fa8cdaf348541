package kefu.broker.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Logger;
import kefu.broker.UnavailableException;
import kefu.config.RedisSettings;
import kefu.config.Settings;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * This node's connections to Redis: one for scripts, one for what is published. Thread-safe. Nothing here waits but
 * {@link #connect} and {@link #close}.
 *
 * <p>A command that was on its way when the connection broke is not sent again: it fails, and it is not known whether it was
 * done. While there is no connection commands fail at once.
 */
public final class Redis implements AutoCloseable {
    /** A script takes Redis less than a millisecond; what takes longer than this is a fault, of which a client is told. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** Between two tries to connect: at first, and in the end. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    /** So many commands wait for their answers, at most. They take some 100 MB with large messages only. */
    private static final int MAX_WAITING = 50_000;

    /** Two connections need one thread. */
    private static final int IO_THREADS = 1;

    private static final Logger LOG = Logger.getLogger(Redis.class.getName());

    private final String prefix;
    private final Scripts scripts;
    private final Executor executor;
    private final ClientResources resources;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> commands;
    private final StatefulRedisPubSubConnection<String, String> messages;
    private volatile @Nullable Executor sender;
    private volatile boolean closing;
    private volatile BooleanSupplier fence = () -> false;

    private Redis(Settings settings, Scripts scripts, Executor executor) {
        this.prefix = "{" + settings.get(RedisSettings.PREFIX) + "}:";
        this.scripts = scripts;
        this.executor = executor;
        RedisURI uri = RedisURI.create(settings.get(RedisSettings.URI).orElseThrow());
        uri.setTimeout(TIMEOUT);
        uri.setClientName("kefu");
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(2) // the least there can be
                .reconnectDelay(Delay.exponential(FIRST_RETRY, LAST_RETRY, 2, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel connection) {
                        sender = connection.eventLoop();
                    }
                })
                .build();
        this.client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(MAX_WAITING)
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .build());
        client.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
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
            this.messages = client.connectPubSub();
            this.commands = client.connect();
        } catch (RedisException away) {
            stop();
            throw away;
        }
    }

    /**
     * Connects. Waits a few seconds at most.
     *
     * @param executor runs what follows a command: the client's own threads run nothing of others
     * @throws RedisException where Redis cannot be reached
     */
    public static Redis connect(Settings settings, Executor executor) {
        return connect(settings, executor, Scripts.SERVER_TIME);
    }

    /** The same with another clock. */
    static Redis connect(Settings settings, Executor executor, String clock) {
        return new Redis(settings, new Scripts(settings, clock), executor);
    }

    /** Runs a script. */
    CompletionStage<Reply> call(Script script, String... args) {
        return call(script, reply -> {}, args);
    }

    /**
     * Runs a script.
     *
     * @param inOrder is given the reply before the stage completes, in the order in which Redis has run the scripts of this node.
     *     It is called on the client's thread, and must do next to nothing
     */
    CompletionStage<Reply> call(Script script, Consumer<Reply> inOrder, String... args) {
        CompletableFuture<Reply> result = new CompletableFuture<>();
        if (script.isOfSessions() && fence.getAsBoolean()) {
            executor.execute(() -> result.completeExceptionally(
                    new UnavailableException(new RedisException("the lease of this node has ended"))));
            return result;
        }
        Scripts.Text text = scripts.of(script);
        send(CommandType.EVALSHA, text.sha(), args, (reply, fault) -> {
            if (fault instanceof RedisNoScriptException) {
                send(CommandType.EVAL, text.text(), args, (late, failed) -> complete(result, late, failed, inOrder));
            } else {
                complete(result, reply, fault, inOrder);
            }
        });
        return result;
    }

    private void complete(
            CompletableFuture<Reply> result, List<Object> values, Throwable fault, Consumer<Reply> inOrder) {
        if (fault != null) {
            boolean refused = fault instanceof RedisCommandExecutionException; // by Redis itself: a fault of ours
            Throwable told = refused ? fault : new UnavailableException(fault);
            executor.execute(() -> result.completeExceptionally(told));
            return;
        }
        Reply reply = new Reply(values);
        inOrder.accept(reply);
        executor.execute(() -> result.complete(reply));
    }

    private void send(CommandType type, String script, String[] args, BiConsumer<List<Object>, Throwable> done) {
        CommandArgs<String, String> all =
                new CommandArgs<>(StringCodec.UTF8).add(script).add(1).addKey(prefix);
        for (String arg : args) {
            all.addValue(arg);
        }
        AsyncCommand<String, String, List<Object>> command =
                new AsyncCommand<>(new Command<>(type, new NestedMultiOutput<>(StringCodec.UTF8), all));
        command.whenComplete(done); // before it is sent: so the replies are seen in their order
        onSender(() -> commands.dispatch(command), command::completeExceptionally);
    }

    /**
     * Runs what uses a connection on the client's own thread, in the order of the calls. The client leaves something of its own
     * with each thread that uses it, and a thread of the container would keep that, and by it the whole deployment, for ever.
     *
     * @param refused is told where its queue is full, or the client is closed
     */
    private void onSender(Runnable use, Consumer<RuntimeException> refused) {
        Runnable guarded = () -> {
            try {
                use.run();
            } catch (RuntimeException fault) {
                refused.accept(fault);
            }
        };
        try {
            Objects.requireNonNull(sender, "not connected").execute(guarded);
        } catch (RejectedExecutionException closed) {
            refused.accept(closed);
        }
    }

    /**
     * Where messages go. Both are called on the client's thread, and must do next to nothing.
     *
     * @param message is given the topic and the text
     * @param subscribed is given a topic whose messages come from now on; again after a connection was lost
     */
    void listen(BiConsumer<String, String> message, Consumer<String> subscribed) {
        messages.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String topic, String text) {
                if (topic.startsWith(prefix)) {
                    message.accept(topic.substring(prefix.length()), text);
                }
            }

            @Override
            public void subscribed(String topic, long count) {
                subscribed.accept(topic.substring(prefix.length()));
            }
        });
    }

    /** Completes, on the client's thread, when the messages of a topic come. */
    CompletionStage<Void> subscribe(String topic) {
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        onSender(
                () -> messages.async().subscribe(prefix + topic).whenComplete((done, fault) -> {
                    if (fault == null) {
                        subscribed.complete(null);
                    } else {
                        subscribed.completeExceptionally(fault);
                    }
                }),
                subscribed::completeExceptionally);
        return subscribed;
    }

    void unsubscribe(String topic) {
        onSender(() -> messages.async().unsubscribe(prefix + topic), closed -> {});
    }

    /** @param closed whether this node may take no step now, since the others may have given it up */
    void fence(BooleanSupplier closed) {
        fence = closed;
    }

    /** Whether both connections are there. */
    public boolean isConnected() {
        return commands.isOpen() && messages.isOpen();
    }

    /** The beginning of every key. */
    String prefix() {
        return prefix;
    }

    Executor executor() {
        return executor;
    }

    /** Waits for the client's threads, two seconds at most. */
    @Override
    public void close() {
        stop();
    }

    private void stop() {
        closing = true;
        client.shutdown(Duration.ZERO, CLOSING);
        resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSING.toMillis());
    }
}
