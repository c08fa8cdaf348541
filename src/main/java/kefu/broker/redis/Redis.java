package kefu.broker.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kefu.broker.UnavailableException;
import kefu.config.RedisSettings;
import kefu.config.Settings;

/**
 * This node's connections to Redis: one for scripts, one for what is published. Thread-safe. Nothing here waits but
 * {@link #connect} and {@link #close}.
 *
 * <p>A command that was on its way when the connection broke is not sent again: it fails, and it is not known whether it was
 * done. While there is no connection commands fail at once.
 */
public final class Redis implements AutoCloseable {
    /** With these Redis says that it can do nothing now: it loads its data, it is a replica, it has no room, ... The last one is ours. */
    private static final Set<String> UNABLE = Set.of(
            "LOADING",
            "READONLY",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "NOREPLICAS",
            "MISCONF",
            "OOM",
            "BUSY",
            "TRYAGAIN",
            "NONODE");

    /** Redis says why by a first word. Before version 7 what a command within a script is told stands behind the place in the script. */
    private static final Pattern REASON = Pattern.compile("(?:ERR Error running script .*?: -)?([A-Z]+)");

    private final String prefix;
    private final Scripts scripts;
    private final Executor executor;
    private final RedisConnections connections;
    private volatile BooleanSupplier fence = () -> false;

    private Redis(Settings settings, Scripts scripts, Executor executor, Duration timeout) {
        this.prefix = "{" + settings.get(RedisSettings.PREFIX) + "}:";
        this.scripts = scripts;
        this.executor = executor;
        this.connections = new RedisConnections(settings.get(RedisSettings.URI).orElseThrow(), timeout);
    }

    /**
     * Connects. Waits a few seconds at most.
     *
     * @param executor runs what follows a command: the client's own threads run nothing of others
     * @throws RedisException where Redis cannot be reached
     */
    public static Redis connect(Settings settings, Executor executor) {
        return connect(settings, executor, Scripts.SERVER_TIME, RedisConnections.TIMEOUT);
    }

    /** The same with another clock, and with another time that a command may take. */
    static Redis connect(Settings settings, Executor executor, String clock, Duration timeout) {
        return new Redis(settings, new Scripts(settings, clock), executor, timeout);
    }

    /** Runs a script. */
    CompletionStage<Reply> call(Script script, String... args) {
        CompletableFuture<Reply> result = new CompletableFuture<>();
        if (script.needsLease() && fence.getAsBoolean()) {
            executor.execute(() -> result.completeExceptionally(
                    new UnavailableException(new RedisException("the lease of this node has ended"))));
            return result;
        }
        Scripts.Text text = scripts.of(script);
        send(CommandType.EVALSHA, text.sha(), args, (reply, fault) -> {
            if (fault instanceof RedisNoScriptException) {
                send(CommandType.EVAL, text.text(), args, (late, failed) -> complete(result, late, failed));
            } else {
                complete(result, reply, fault);
            }
        });
        return result;
    }

    private void complete(CompletableFuture<Reply> result, List<Object> values, Throwable fault) {
        if (fault != null) {
            if (fault instanceof RedisCommandTimeoutException || reason(fault).equals("READONLY")) {
                connections.reset();
            }
            Throwable told = isOurs(fault) ? fault : new UnavailableException(fault);
            executor.execute(() -> result.completeExceptionally(told));
            return;
        }
        executor.execute(() -> result.complete(new Reply(values)));
    }

    /** Whether Redis has refused what we say, and would refuse it again. */
    private static boolean isOurs(Throwable fault) {
        return fault instanceof RedisCommandExecutionException && !UNABLE.contains(reason(fault));
    }

    private static String reason(Throwable fault) {
        Matcher reason = REASON.matcher(String.valueOf(fault.getMessage()));
        return reason.lookingAt() ? reason.group(1) : "";
    }

    private void send(CommandType type, String script, String[] args, BiConsumer<List<Object>, Throwable> done) {
        CommandArgs<String, String> all =
                new CommandArgs<>(StringCodec.UTF8).add(script).add(1).addKey(prefix);
        for (String arg : args) {
            all.addValue(arg);
        }
        AsyncCommand<String, String, List<Object>> command =
                new AsyncCommand<>(new Command<>(type, new NestedMultiOutput<>(StringCodec.UTF8), all));
        command.whenComplete(done);
        connections.use(() -> connections.commands().dispatch(command), command::completeExceptionally);
    }

    /**
     * Where messages go. Both are called on the client's thread, and must do next to nothing.
     *
     * @param message is given the topic and the text
     * @param subscribed is given a topic whose messages come from now on; again after a connection was lost
     */
    void listen(BiConsumer<String, String> message, Consumer<String> subscribed) {
        connections.messages().addListener(new RedisPubSubAdapter<>() {
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
        connections.use(
                () -> connections.messages().async().subscribe(prefix + topic).whenComplete((done, fault) -> {
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
        connections.use(() -> connections.messages().async().unsubscribe(prefix + topic), closed -> {});
    }

    /** Sees whether messages can come: a connection on which nothing comes may be dead. Fails never. */
    void ping() {
        connections.use(
                () -> connections.messages().async().ping().exceptionally(fault -> {
                    if (fault instanceof RedisCommandTimeoutException) {
                        connections.reset();
                    }
                    return "";
                }),
                closed -> {});
    }

    /** @param closed whether this node may take no step now, since the others may have given it up */
    void fence(BooleanSupplier closed) {
        fence = closed;
    }

    /** Whether both connections are there. */
    public boolean isConnected() {
        return connections.areOpen();
    }

    /** The beginning of every key. */
    String prefix() {
        return prefix;
    }

    Executor executor() {
        return executor;
    }

    /** Waits for the client's threads, four seconds at most. */
    @Override
    public void close() {
        connections.close();
    }
}
