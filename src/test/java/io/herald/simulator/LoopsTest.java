package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopsTest {
    @Test
    void nothingIsEarlyAndNothingIsForgotten() throws InterruptedException {
        int tasks = 100_000;
        CountDownLatch done = new CountDownLatch(tasks);
        AtomicInteger early = new AtomicInteger();
        try (Loops loops = new Loops()) {
            for (int i = 0; i < tasks; i++) {
                Duration delay = Duration.ofNanos((i * 7_919L) % 300_000_000);
                long due = System.nanoTime() + delay.toNanos();
                loops.after(delay, () -> {
                    if (System.nanoTime() < due) {
                        early.incrementAndGet();
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(15, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(early).hasValue(0);
    }

    @Test
    void whatIsSoonerComesSooner() {
        try (Loops loops = new Loops()) {
            CompletableFuture<String> first = new CompletableFuture<>();
            loops.after(Duration.ofMinutes(1), () -> first.complete("the later"));
            loops.after(Duration.ofMillis(1), () -> first.complete("the sooner"));
            assertThat(first.join()).isEqualTo("the sooner");
        }
    }

    @Test
    void whatBeginsOnOneLoopGoesOnThere() {
        try (Loops loops = new Loops()) {
            loops.group().forEach(loop -> {
                CompletableFuture<EventLoop> later = new CompletableFuture<>();
                loop.execute(() -> loops.after(Duration.ofMillis(1), () -> later.complete(loops.here())));
                assertThat(later.join()).isSameAs(loop);
            });
        }
    }

    @Test
    void aTaskThatFailsLeavesTheOthersAlone() {
        try (Loops loops = new Loops()) {
            CompletableFuture<Boolean> other = new CompletableFuture<>();
            EventLoop loop = loops.group().next();
            loop.execute(() -> {
                loops.after(Duration.ofMillis(1), () -> {
                    throw new IllegalStateException("on purpose");
                });
                loops.after(Duration.ofMillis(1), () -> other.complete(true));
            });
            assertThat(other.join()).isTrue();
        }
    }
}
