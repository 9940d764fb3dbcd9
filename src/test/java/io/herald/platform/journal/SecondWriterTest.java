package io.herald.platform.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.OpenDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two writers over one queue, of which the first is held up in its transaction. */
class SecondWriterTest {
    private static final int A_GROUP = 10;

    private static OpenDatabase db;

    private Notes second;
    private GroupCommit commit;
    private CountDownLatch gate;
    private CompletableFuture<Void> held;

    @BeforeAll
    static void open() {
        db = OpenDatabase.fresh();
    }

    @AfterAll
    static void close() {
        db.close();
    }

    @BeforeEach
    void begin() throws InterruptedException {
        Notes first = new Notes(db);
        second = new Notes(db);
        db.update("TRUNCATE event_journal, note");
        gate = first.hold();
        commit = new GroupCommit(
                db.database()::dedicated,
                writer -> List.of(writer == 0 ? first : second),
                new GroupCommit.Settings(2, A_GROUP, 1000, Duration.ofSeconds(5)),
                (rows, took) -> {},
                () -> {});
        held = write("a", 1L);
        assertThat(first.entered.await(10, SECONDS)).isTrue();
    }

    @AfterEach
    void end() {
        gate.countDown();
        commit.close();
    }

    private CompletableFuture<Void> write(String id, long sequenceNr) {
        return commit.write(id, List.of(Notes.row(id, sequenceNr, "w")));
    }

    private CompletableFuture<Void> write(String name, int entities) {
        return CompletableFuture.allOf(
                IntStream.range(0, entities).mapToObj(n -> write(name + n, 1L)).toArray(CompletableFuture[]::new));
    }

    private static void done(CompletableFuture<?> write) {
        assertThat(write).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aGroupThatWaitsIsTakenByTheSecond() {
        done(write("b", A_GROUP));
        assertThat(held).isNotDone();
        assertThat(second.groups).containsExactly(A_GROUP);
        gate.countDown();
        done(held);
    }

    @Test
    void lessThanAGroupWaitsForTheFirst() {
        CompletableFuture<Void> few = write("b", A_GROUP - 1);
        assertThat(second.groups).isEmpty();
        CompletableFuture<Void> last = write("last", 1L);
        done(CompletableFuture.allOf(few, last));
        assertThat(second.groups).containsExactly(A_GROUP);
        CompletableFuture<Void> after = write("after", 1L);
        gate.countDown();
        done(after);
        assertThat(second.groups).hasSize(1);
    }

    @Test
    void anEntitysNextWriteWaitsForItsLastWhoeverWouldTakeIt() {
        CompletableFuture<Void> next = write("a", 2L);
        CompletableFuture<Void> third = write("a", 3L);
        done(write("b", A_GROUP));
        assertThat(next).isNotDone();
        assertThat(commit.settled("a")).isNotDone();
        gate.countDown();
        done(third);
        assertThat(next).isDone();
        assertThat(Notes.stored(db)).contains("a:1", "a:2", "a:3");
    }
}
