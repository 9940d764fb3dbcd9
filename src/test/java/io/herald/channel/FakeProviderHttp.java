package io.herald.channel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A network that answers what it was told to and keeps what it was asked. */
public final class FakeProviderHttp implements ProviderHttp {
    public final List<Call> calls = new ArrayList<>();
    private final Queue<Reply> replies = new ArrayDeque<>();

    /** The next call is answered with this. */
    public FakeProviderHttp then(Reply reply) {
        replies.add(reply);
        return this;
    }

    public FakeProviderHttp then(int status, String body, String... headers) {
        return then(answer(status, body, headers));
    }

    public static Answer answer(int status, String body, String... headers) {
        Map<String, String> byName = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            byName.put(headers[i], headers[i + 1]);
        }
        return new Answer(status, byName, body.getBytes(StandardCharsets.UTF_8));
    }

    public Call only() {
        if (calls.size() != 1) {
            throw new AssertionError("one call was expected, there were " + calls.size());
        }
        return calls.getFirst();
    }

    @Override
    public CompletionStage<Reply> call(Call call) {
        calls.add(call);
        Reply reply = replies.poll();
        return CompletableFuture.completedFuture(reply == null ? new NotConnected("nobody is there") : reply);
    }
}
