package io.herald.platform.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.support.OpenDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static OpenDatabase db;

    private Notes notes;
    private GroupCommit writer;

    @BeforeAll
    static void open() {
        db = OpenDatabase.fresh();
    }

    @AfterAll
    static void close() {
        db.close();
    }

    @BeforeEach
    void begin() {
        notes = new Notes(db);
        db.update("TRUNCATE event_journal, note");
        writer = writer(500);
    }

    @AfterEach
    void end() {
        writer.close();
    }

    private GroupCommit writer(int maxGroup) {
        return OneWriter.over(db.database()::dedicated, List.of(notes), maxGroup, Duration.ofSeconds(5));
    }

    private CompletableFuture<Void> write(JournalRow... rows) {
        return writer.write(rows.length == 0 ? "nobody" : rows[0].persistenceId(), List.of(rows));
    }

    private static void done(CompletableFuture<?> write) {
        assertThat(write).succeedsWithin(Duration.ofSeconds(10));
    }

    private static void refused(CompletableFuture<?> write, Class<? extends Exception> with) {
        assertThat(write)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(with);
    }

    @Test
    void whatArrivesDuringACommitGoesOutTogetherInTheNext() throws InterruptedException {
        CountDownLatch gate = notes.hold();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        writes.add(write(Notes.row("first", 1, "w")));
        assertThat(notes.entered.await(10, SECONDS)).isTrue();
        for (int i = 0; i < 120; i++) {
            writes.add(write(Notes.row("n" + i, 1, "w"), Notes.row("n" + i, 2, "w")));
        }
        gate.countDown();
        writes.forEach(GroupCommitTest::done);
        assertThat(notes.groups).containsExactly(1, 240);
        assertThat(Notes.stored(db)).hasSize(241);
    }

    @Test
    void noGroupIsLargerThanItsMaximum() throws InterruptedException {
        writer.close();
        writer = writer(10);
        CountDownLatch gate = notes.hold();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        writes.add(write(Notes.row("first", 1, "w")));
        assertThat(notes.entered.await(10, SECONDS)).isTrue();
        IntStream.range(0, 25).forEach(i -> writes.add(write(Notes.row("n" + i, 1, "w"))));
        gate.countDown();
        writes.forEach(GroupCommitTest::done);
        assertThat(notes.groups).containsExactly(1, 10, 10, 5);
    }

    @Test
    void aWriteIsAcknowledgedAfterItsCommitAndNotBefore() throws InterruptedException {
        CountDownLatch gate = notes.hold();
        CompletableFuture<Void> write = write(Notes.row("a", 1, "w"));
        assertThat(notes.entered.await(10, SECONDS)).isTrue();
        assertThat(write).isNotDone();
        assertThat(writer.settled("a")).isNotDone();
        assertThat(Notes.stored(db)).isEmpty();
        gate.countDown();
        done(write);
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 1));
        assertThat(writer.settled("a")).isDone();
        assertThat(writer.settled("another")).isDone();
    }

    /** Everything goes into one group; {@code good} must end in the journal and {@code bad} must not. */
    private void inOneGroup(List<JournalRow> good, JournalRow bad, Class<? extends Exception> failure)
            throws InterruptedException {
        CountDownLatch gate = notes.hold();
        CompletableFuture<Void> first = write(Notes.row("first", 1, "w"));
        assertThat(notes.entered.await(10, SECONDS)).isTrue();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        int middle = good.size() / 2;
        good.subList(0, middle).forEach(row -> writes.add(write(row)));
        CompletableFuture<Void> culprit = write(bad);
        good.subList(middle, good.size()).forEach(row -> writes.add(write(row)));
        gate.countDown();
        done(first);
        refused(culprit, failure);
        writes.forEach(GroupCommitTest::done);
    }

    private static List<JournalRow> manyGood() {
        return IntStream.range(0, 63).mapToObj(i -> Notes.row("n" + i, 1, "w")).toList();
    }

    @Test
    void aWriteOfNothingEndsInItsTurn() throws InterruptedException {
        CountDownLatch gate = notes.hold();
        CompletableFuture<Void> first = write(Notes.row("first", 1, "w"));
        assertThat(notes.entered.await(10, SECONDS)).isTrue();
        CompletableFuture<Void> nothing = write();
        assertThat(nothing).isNotDone();
        gate.countDown();
        done(first);
        done(nothing);
    }

    @Test
    void aTakenSequenceNumberFailsAloneAndTheRestOfItsGroupCommits() throws InterruptedException {
        done(write(Notes.row("taken", 1, "another")));
        inOneGroup(manyGood(), Notes.row("taken", 1, "w"), SQLException.class);
        assertThat(Notes.stored(db)).hasSize(65);
        assertThat(db.list("SELECT writer FROM event_journal WHERE persistence_id = 'taken'", row -> row.getString(1)))
                .containsExactly("another");
    }

    @Test
    void aPayloadThatTheViewsTableRefusesFailsAloneAndLeavesNothing() throws InterruptedException {
        inOneGroup(manyGood(), Notes.row("poison", 1, "w", Notes.POISON), SQLException.class);
        assertThat(Notes.stored(db)).hasSize(64).doesNotContain("poison:1");
    }

    @Test
    void aViewThatThrowsFailsThatWriteAloneAndLeavesNothing() throws InterruptedException {
        inOneGroup(manyGood(), Notes.row("bug", 1, "w", Notes.BUG), IllegalStateException.class);
        done(write(Notes.row("later", 1, "w")));
        assertThat(Notes.stored(db)).hasSize(65).doesNotContain("bug:1");
    }

    @Test
    void aRefusedWriteLeavesItsIdUsable() {
        refused(write(Notes.row("a", 1, "w", Notes.POISON)), SQLException.class);
        done(write(Notes.row("a", 1, "w")));
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 1));
    }

    @Test
    void theRowsOfOneWriteAreCommittedTogetherOrNotAtAll() {
        done(write(Notes.row("a", 3, "another")));
        refused(write(Notes.row("a", 1, "w"), Notes.row("a", 2, "w"), Notes.row("a", 3, "w")), SQLException.class);
        refused(write(Notes.row("b", 1, "w"), Notes.row("b", 2, "w", Notes.POISON)), SQLException.class);
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 3));
    }

    @Test
    void aSecondWriterOfAnIdIsRefusedAndTheFirstGoesOn() {
        done(write(Notes.row("a", 1, "first")));
        done(write(Notes.row("a", 2, "first")));
        refused(write(Notes.row("a", 2, "second")), SQLException.class);
        done(write(Notes.row("a", 3, "first")));
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 1, 2, 3));
        assertThat(db.list("SELECT DISTINCT writer FROM event_journal", row -> row.getString(1)))
                .containsExactly("first");
    }

    private static List<Instant> times(String id) {
        return db.list(
                "SELECT db_timestamp FROM event_journal WHERE persistence_id = ? ORDER BY seq_nr",
                row -> row.getTimestamp(1).toInstant(),
                id);
    }

    @Test
    void timesOfOneIdRiseStrictlyAlsoWhereTheClockWentBack() {
        done(write(Notes.row("a", 1, "w")));
        db.update("UPDATE event_journal SET db_timestamp = clock_timestamp() + interval '1 hour'");
        done(write(Notes.row("a", 2, "w")));
        done(write(Notes.row("a", 3, "w"), Notes.row("a", 4, "w"), Notes.row("a", 5, "w")));
        done(write(Notes.row("a", 6, "w")));
        List<Instant> times = times("a");
        assertThat(times).hasSize(6).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void timesOfManyIdsInOneGroupAreNotAllTheSame() {
        JournalRow[] rows = IntStream.rangeClosed(1, 400)
                .mapToObj(n -> Notes.row("a", n, "w"))
                .toArray(JournalRow[]::new);
        done(write(rows));
        assertThat(times("a")).hasSize(400).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void closingCommitsWhatWasHandedInAndRefusesWhatComesLater() {
        List<CompletableFuture<Void>> writes = IntStream.range(0, 50)
                .mapToObj(i -> write(Notes.row("n" + i, 1, "w")))
                .toList();
        writer.close();
        assertThat(writes).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(Notes.stored(db)).hasSize(50);
        CompletableFuture<Void> late = write(Notes.row("late", 1, "w"));
        assertThatThrownBy(late::join).hasRootCauseInstanceOf(IllegalStateException.class);
    }
}
