package kefu.broker;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/**
 * Presence within one process. Each group has a lock, under which its list changes and the change takes its place in
 * the group's stream; whoever finds the stream idle runs it, outside the lock.
 */
public final class LocalPresence implements Presence {
    private static final Logger LOG = Logger.getLogger(LocalPresence.class.getName());

    /** After so many steps a caller's thread hands the stream on: in a busy group it would serve the others for ever. */
    private static final int STEPS_PER_TURN = 256;

    private final ConcurrentMap<Id, Group> groups = new ConcurrentHashMap<>();
    private final Executor executor;
    private volatile @Nullable Listener listener;

    /** @param executor runs what is left of a stream when its caller has done its part */
    public LocalPresence(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void listen(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void join(Member member, Frame push, Consumer<List<Member>> joined) {
        step(member.group(), group -> {
            group.members.put(member.client(), member);
            List<Member> listed = List.copyOf(group.members.values());
            group.say(Publication.toEverybody(push));
            group.stream.add(() -> joined.accept(listed));
        });
    }

    @Override
    public void leave(Member member, Frame push, Runnable left) {
        step(member.group(), group -> {
            boolean listed = group.members.remove(member.client()) != null;
            group.stream.add(left);
            if (listed) {
                group.say(Publication.toEverybody(push));
            }
        });
    }

    @Override
    public CompletionStage<Integer> publish(Id name, Publication publication) {
        int[] heard = {0};
        step(name, group -> {
            heard[0] = (int) group.members.values().stream()
                    .filter(publication.audience()::includes)
                    .count();
            if (heard[0] > 0) {
                group.say(publication);
            }
        });
        return CompletableFuture.completedFuture(heard[0]);
    }

    private void step(Id name, Consumer<Group> change) {
        while (true) {
            Group group = groups.computeIfAbsent(name, Group::new);
            synchronized (group) {
                if (group.retired) {
                    continue; // its last member left between our look-up and the lock
                }
                change.accept(group);
                if (group.running) {
                    return; // whoever runs the stream comes to our steps too
                }
                group.running = true;
            }
            group.run();
            return;
        }
    }

    /** One group's list and stream; both guarded by the group itself. */
    private final class Group {
        private final Id name;
        private final Map<String, Member> members = new LinkedHashMap<>();
        private final Queue<Runnable> stream = new ArrayDeque<>();
        private boolean running;
        private boolean retired;

        Group(Id name) {
            this.name = name;
        }

        void say(Publication publication) {
            stream.add(() -> {
                Listener to = listener;
                if (to != null) {
                    to.published(name, publication);
                }
            });
        }

        void run() {
            for (int i = 0; i < STEPS_PER_TURN; i++) {
                Runnable step;
                synchronized (this) {
                    step = stream.poll();
                    if (step == null) {
                        running = false;
                        retired = members.isEmpty();
                        if (retired) {
                            groups.remove(name, this);
                        }
                        return;
                    }
                }
                runOne(step);
            }
            executor.execute(this::run);
        }

        private void runOne(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException fault) { // the rest of the group still has to hear the rest
                LOG.log(Level.WARNING, "A step in the stream of group " + name + " failed", fault);
            }
        }
    }
}
