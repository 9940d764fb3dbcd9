package io.herald.platform.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.platform.journal.WriteQueue.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private static final int A_GROUP = 3;
    private static final int BOUND = 8;

    private final AtomicInteger room = new AtomicInteger();
    private final WriteQueue queue = new WriteQueue(A_GROUP, BOUND, room::incrementAndGet);

    private static Write write() {
        return new Write(List.of(), new CompletableFuture<>());
    }

    private List<Write> fill(int writes) {
        List<Write> added = IntStream.range(0, writes).mapToObj(i -> write()).toList();
        added.forEach(write -> assertThat(queue.add(write)).isTrue());
        return added;
    }

    private CompletableFuture<List<Write>> taken(Writer.Groups groups) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return groups.next();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void groupsAreTakenInOrderAndNoneIsLargerThanAGroup() throws InterruptedException {
        List<Write> added = fill(5);
        assertThat(queue.takeSome()).isEqualTo(added.subList(0, 3));
        assertThat(queue.takeSome()).isEqualTo(added.subList(3, 5));
    }

    @Test
    void whoWantsPlentyIsGivenWholeGroupsOnly() throws InterruptedException {
        List<Write> added = fill(2);
        CompletableFuture<List<Write>> plenty = taken(queue::takePlenty);
        assertThat(plenty).isNotDone();
        Write third = fill(1).getFirst();
        assertThat(plenty).succeedsWithin(Duration.ofSeconds(10));
        assertThat(plenty.join()).containsExactly(added.get(0), added.get(1), third);
        fill(1);
        assertThat(taken(queue::takePlenty)).isNotDone();
        assertThat(queue.takeSome()).hasSize(1);
    }

    @Test
    void itIsFullAtItsBoundAndSaysOnceThatHalfOfItIsFree() throws InterruptedException {
        fill(BOUND - 1);
        assertThat(queue.isFull()).isFalse();
        fill(1);
        assertThat(queue.isFull()).isTrue();
        queue.takeSome();
        assertThat(room).hasValue(0);
        queue.takeSome();
        assertThat(room).hasValue(1);
        queue.takeSome();
        assertThat(room).as("nobody has asked again").hasValue(1);
    }

    @Test
    void whoEmptiesItMakesRoomToo() {
        fill(BOUND + 2);
        assertThat(queue.isFull()).isTrue();
        assertThat(queue.drain()).hasSize(BOUND + 2);
        assertThat(room).hasValue(1);
        assertThat(queue.isFull()).isFalse();
    }

    @Test
    void closedItLetsNothingInAndGivesOutWhatItHas() throws InterruptedException {
        CompletableFuture<List<Write>> plenty = taken(queue::takePlenty);
        fill(1);
        queue.close();
        assertThat(queue.add(write())).isFalse();
        assertThat(plenty).succeedsWithin(Duration.ofSeconds(10));
        assertThat(plenty.join()).isEmpty();
        assertThat(queue.takeSome()).hasSize(1);
        assertThat(queue.takeSome()).isEmpty();
    }
}
