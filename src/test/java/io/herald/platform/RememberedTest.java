package io.herald.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private final List<CompletableFuture<String>> asked = new ArrayList<>();
    private final Remembered<String, String> remembered = new Remembered<>(10, Duration.ofHours(1), key -> {
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    });

    private CompletableFuture<String> get(String key) {
        return remembered.get(key).toCompletableFuture();
    }

    @Test
    void whoAsksWhileAnAnswerIsOnItsWayGetsTheSameAndWhoAsksLaterToo() {
        CompletableFuture<String> first = get("a");
        CompletableFuture<String> second = get("a");
        assertThat(second).isNotDone();
        asked.getFirst().complete("answer");
        assertThat(List.of(first, second, get("a")))
                .allSatisfy(answer -> assertThat(answer).isCompletedWithValue("answer"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aFailureReachesAllWhoWaitForItAndNobodyElse() {
        List<CompletableFuture<String>> waiting = List.of(get("a"), get("a"));
        asked.getFirst().completeExceptionally(new IllegalStateException("away"));
        assertThat(waiting).allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
        CompletableFuture<String> again = get("a");
        asked.getLast().complete("back");
        assertThat(again).isCompletedWithValue("back");
        assertThat(asked).hasSize(2);
    }

    @Test
    void aLookUpThatThrowsFails() {
        Remembered<String, String> broken = new Remembered<>(10, Duration.ofHours(1), key -> {
            throw new IllegalStateException("closed");
        });
        assertThat(broken.get("a").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void whatIsForgottenWhileItIsLookedUpIsLookedUpAnew() {
        CompletableFuture<String> before = get("a");
        remembered.forget("a");
        CompletableFuture<String> after = get("a");
        asked.getFirst().complete("old");
        asked.getLast().complete("new");
        assertThat(before).isCompletedWithValue("old");
        assertThat(after).isCompletedWithValue("new");
        assertThat(get("a")).isCompletedWithValue("new");
    }
}
