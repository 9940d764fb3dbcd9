package io.herald.platform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Answers to look-ups, remembered for a while. Who asks while an answer is on its way gets the same; a look-up that fails fails
 * for all who wait for it, and is forgotten. (Caffeine's own asynchronous cache does so too, but logs every failure.)
 */
public final class Remembered<K, V> {
    private final Cache<K, CompletableFuture<V>> answers;
    private final Function<K, CompletionStage<V>> lookUp;

    /** @param time counted from the question */
    public Remembered(int most, Duration time, Function<K, CompletionStage<V>> lookUp) {
        this.answers = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(most)
                .expireAfterWrite(time)
                .build();
        this.lookUp = lookUp;
    }

    public CompletionStage<V> get(K key) {
        CompletableFuture<V> known = answers.getIfPresent(key);
        if (known != null) {
            return known;
        }
        CompletableFuture<V> answer = new CompletableFuture<>();
        CompletableFuture<V> earlier = answers.asMap().putIfAbsent(key, answer);
        if (earlier != null) {
            return earlier;
        }
        ask(key).whenComplete((value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answers.asMap().remove(key, answer);
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private CompletionStage<V> ask(K key) {
        try {
            return lookUp.apply(key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What was answered, or is being looked up, counts no longer. */
    public void forget(K key) {
        answers.invalidate(key);
    }
}
