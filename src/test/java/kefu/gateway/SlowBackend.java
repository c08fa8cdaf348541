package kefu.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.backend.Backend;

/** A backend whose calls the test answers, in whatever order. */
final class SlowBackend implements Backend {
    final List<Call> calls = new ArrayList<>();
    final List<CompletableFuture<Answer>> answers = new ArrayList<>();

    @Override
    public CompletionStage<Answer> call(Call call) {
        calls.add(call);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    }

    void answer(int call, String body) {
        answers.get(call).complete(new Answered(body));
    }

    /** The methods that were called. */
    List<String> methods() {
        return calls.stream().map(Call::method).toList();
    }

    @Override
    public void close() {}
}
