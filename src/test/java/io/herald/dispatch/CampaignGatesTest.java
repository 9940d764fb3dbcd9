package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CampaignGatesTest {
    private final List<CompletableFuture<Boolean>> asked = new ArrayList<>();
    private final CampaignGates gates = new CampaignGates((tenant, campaign) -> {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    });

    private CompletableFuture<List<String>> halt() {
        return gates.halt("c").toCompletableFuture();
    }

    @Test
    void aGateThatIsNotKnownIsShutAndAskedAboutOnce() {
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(gates.enter("c")).isFalse();
        assertThat(asked).hasSize(1);
        AtomicInteger opened = new AtomicInteger();
        gates.onOpen(opened::incrementAndGet);
        asked.getFirst().complete(true);
        assertThat(opened).hasValue(1);
        assertThat(gates.isOpen("t", "c")).isTrue();
        assertThat(gates.enter("c")).isTrue();
        assertThat(asked).hasSize(1);
    }

    @Test
    void aQuestionThatCouldNotBeAnsweredIsAskedAgain() {
        gates.isOpen("t", "c");
        asked.getFirst().completeExceptionally(new IllegalStateException());
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aCampaignThatDoesNotRunStaysShutWithoutBeingAskedAboutAgain() {
        gates.isOpen("t", "c");
        asked.getFirst().complete(false);
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(asked).hasSize(1);
    }

    @Test
    void anAnswerThatWasAskedForBeforeAHaltDoesNotOpenTheGate() {
        gates.isOpen("t", "c");
        assertThat(halt()).isCompleted();
        asked.getFirst().complete(true);
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(gates.enter("c")).isFalse();
    }

    @Test
    void aHaltWaitsForTheStartsThatHadPassedAndNamesWhatIsInFlight() {
        gates.open("c");
        gates.enter("c");
        gates.entered("c", "m1", true);
        gates.enter("c");
        gates.enter("c");
        CompletableFuture<List<String>> halted = halt();
        assertThat(gates.enter("c")).isFalse();
        gates.entered("c", "m2", true);
        assertThat(halted).isNotDone();
        gates.entered("c", "m3", false);
        assertThat(halted).isCompletedWithValueMatching(ids -> ids.size() == 2 && ids.containsAll(List.of("m1", "m2")));
    }

    @Test
    void whatHasLandedIsNotInFlight() {
        gates.open("c");
        gates.enter("c");
        gates.entered("c", "m1", true);
        gates.landed("c", "m1");
        assertThat(halt()).isCompletedWithValue(List.of());
    }

    @Test
    void everyHaltIsAnsweredAlsoWhereSeveralWait() {
        gates.open("c");
        gates.enter("c");
        CompletableFuture<List<String>> first = halt();
        CompletableFuture<List<String>> second = halt();
        gates.entered("c", "m", true);
        assertThat(first).isCompletedWithValue(List.of("m"));
        assertThat(second).isCompletedWithValue(List.of("m"));
    }

    @Test
    void oneCampaignsHaltIsNotAnothers() {
        gates.open("c");
        gates.open("d");
        halt();
        assertThat(gates.enter("c")).isFalse();
        assertThat(gates.enter("d")).isTrue();
        gates.open("c");
        assertThat(gates.enter("c")).isTrue();
    }

    @Test
    void aForgottenCampaignIsAskedAboutAnewAndItsFlightsAreStillKnown() {
        gates.open("c");
        gates.enter("c");
        gates.entered("c", "m", true);
        gates.forget("c");
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(asked).hasSize(1);
        assertThat(halt()).isCompletedWithValue(List.of("m"));
        gates.landed("c", "m");
        gates.forget("c");
        assertThat(gates.isOpen("t", "c")).isFalse();
        assertThat(asked).hasSize(2);
    }

    /**
     * Threads start and land attempts as fast as they can while the campaign is halted and opened again and again: between a
     * halt's answer and the next opening nothing starts, and what the halt named is exactly what had started and not landed.
     */
    @Test
    void afterAHaltHasAnsweredNothingStartsHoweverManyThreadsTry() throws InterruptedException, ExecutionException {
        int threads = 4;
        int rounds = 100;
        AtomicBoolean halted = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger violations = new AtomicInteger();
        AtomicInteger starts = new AtomicInteger();
        Map<String, Boolean> flying = new ConcurrentHashMap<>();
        CountDownLatch ready = new CountDownLatch(threads);
        gates.open("c");
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                all.add(pool.submit(() -> {
                    ready.countDown();
                    Random chance = new Random(thread);
                    for (int i = 0; !over.get(); i++) {
                        LockSupport.parkNanos(1_000);
                        if (!gates.enter("c")) {
                            continue;
                        }
                        if (halted.get()) {
                            violations.incrementAndGet();
                        }
                        String id = thread + "-" + i;
                        boolean started = chance.nextInt(4) != 0;
                        if (started) {
                            starts.incrementAndGet();
                            flying.put(id, true);
                        }
                        gates.entered("c", id, started);
                        if (started && chance.nextBoolean()) {
                            flying.remove(id);
                            gates.landed("c", id);
                        }
                    }
                }));
            }
            assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
            for (int round = 0; round < rounds; round++) {
                int before = starts.get();
                Set<String> named =
                        Set.copyOf(gates.halt("c").toCompletableFuture().get());
                halted.set(true);
                int after = starts.get();
                assertThat(named).containsAll(List.copyOf(flying.keySet()));
                for (String id : named) {
                    flying.remove(id);
                    gates.landed("c", id);
                }
                assertThat(starts).hasValue(after);
                halted.set(false);
                gates.open("c");
                if (round % 10 == 0) {
                    Until.holds("starts go on", Duration.ofSeconds(10), () -> starts.get() > before);
                }
            }
            over.set(true);
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(violations).hasValue(0);
        assertThat(starts).hasPositiveValue();
    }
}
