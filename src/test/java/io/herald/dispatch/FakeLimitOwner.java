package io.herald.dispatch;

import io.herald.support.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Hands out shares for a minute from a map, at once; or, where told to, when the test completes them. */
final class FakeLimitOwner implements LimitOwner {
    static final Duration LEASE = Duration.ofMinutes(1);

    /** A question that waits for the test's answer. */
    record Asked(LimitKey key, CompletableFuture<Share> answer) {}

    final Map<LimitKey, Setting> settings = new ConcurrentHashMap<>();
    final List<LimitKey> asked = new ArrayList<>();
    final Queue<Asked> waiting = new ConcurrentLinkedQueue<>();
    volatile boolean slow;
    volatile @Nullable RuntimeException failure;
    private final TestClock clock;

    FakeLimitOwner(TestClock clock) {
        this.clock = clock;
    }

    void set(LimitKey key, double rate) {
        settings.put(key, new Setting(rate, null));
    }

    @Override
    public synchronized CompletionStage<Share> share(LimitKey key, double demandPerSecond) {
        asked.add(key);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        if (slow) {
            Asked question = new Asked(key, new CompletableFuture<>());
            waiting.add(question);
            return question.answer();
        }
        Setting setting = settings.get(key);
        return CompletableFuture.completedFuture(setting == null ? share(Double.POSITIVE_INFINITY, 0) : share(setting));
    }

    private Share share(Setting setting) {
        return share(setting.ratePerSecond(), setting.burst() == null ? 0 : setting.burst());
    }

    Share share(double rate, int burst) {
        return new Share(rate, burst, clock.instant().plus(LEASE));
    }
}
