package io.herald.platform.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.platform.journal.FaultyConnections.Fault;
import io.herald.platform.sql.DatabaseAway;
import io.herald.support.OpenDatabase;
import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitFaultsTest {
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static OpenDatabase db;

    private FaultyConnections connections;
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
        Notes notes = new Notes(db);
        db.update("TRUNCATE event_journal, note");
        connections = new FaultyConnections(db.database()::dedicated);
        writer = OneWriter.over(connections, List.of(notes), 500, PATIENCE);
    }

    @AfterEach
    void end() {
        writer.close();
    }

    private CompletableFuture<Void> write(String id, long sequenceNr) {
        return writer.write(id, List.of(Notes.row(id, sequenceNr, "writer-of-" + id)));
    }

    private static void done(CompletableFuture<?> write) {
        assertThat(write).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aCommitThatHappenedUnseenIsLookedUpAndNotDoneAgain() {
        connections.faults.add(Fault.LOST_AFTER_COMMIT);
        done(write("a", 1));
        assertThat(connections.commits).hasValue(1);
        assertThat(connections.opened).hasValue(2);
        done(write("a", 2));
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 1, 2));
    }

    @Test
    void aCommitThatDidNotHappenIsDoneAgain() {
        connections.faults.add(Fault.LOST_BEFORE_COMMIT);
        connections.faults.add(Fault.LOST_BEFORE_COMMIT);
        connections.faults.add(Fault.LOST_AFTER_COMMIT);
        done(write("a", 1));
        assertThat(connections.commits).hasValue(3);
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("a", 1));
    }

    /** Another writer was faster while this one was cut off: the uncertain write must not pass for its own. */
    @Test
    void anothersRowIsNotTakenForOnesOwnAfterALostConnection() {
        done(write("a", 1));
        connections.faults.add(Fault.LOST_BEFORE_COMMIT);
        db.update("""
                INSERT INTO event_journal SELECT slice, entity_type, persistence_id, 2, clock_timestamp(), event_ser_id,
                    event_ser_manifest, event_payload, deleted, 'another', adapter_manifest FROM event_journal
                """);
        assertThat(write("a", 2)).failsWithin(Duration.ofSeconds(10));
        assertThat(db.list("SELECT writer FROM event_journal WHERE seq_nr = 2", row -> row.getString(1)))
                .containsExactly("another");
    }

    @Test
    void aDatabaseThatIsAwayForGoodFailsWhatWaitsAndOneThatIsBackIsUsedAgain() {
        connections.away = true;
        List<CompletableFuture<Void>> writes =
                IntStream.range(0, 20).mapToObj(i -> write("n" + i, 1)).toList();
        for (CompletableFuture<Void> write : writes) {
            assertThat(write)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(DatabaseAway.class);
        }
        connections.away = false;
        done(write("n0", 1));
        assertThat(Notes.stored(db)).isEqualTo(Notes.of("n0", 1));
    }

    @Test
    void whileItStaysAwayWhatComesWaitsForOneLookOnly() {
        connections.away = true;
        assertThat(write("first", 1)).failsWithin(Duration.ofSeconds(10));
        int looks = connections.refused.get();
        assertThat(looks).isGreaterThan(1);
        for (int i = 1; i <= 3; i++) {
            assertThat(write("next" + i, 1))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(DatabaseAway.class);
            assertThat(connections.refused).hasValue(looks + i);
        }
    }

    @Test
    void aDatabaseThatIsBackInTimeFailsNobody() {
        connections.away = true;
        CompletableFuture<Void> write = write("a", 1);
        assertThat(write).isNotDone();
        connections.away = false;
        done(write);
    }

    @Test
    void plansAreMadeAnewAsTheTablesFill() {
        for (int n = 1; n <= 9; n++) {
            done(write("a", n));
        }
        assertThat(connections.discards)
                .as("after the 1st, 2nd, 4th and 8th group")
                .hasValue(4);
    }

    /** Many entities write one event after another, while the server ends the writer's session over and over again. */
    @Test
    void sessionsEndedByTheServerFailNobodyAndNothingAcknowledgedIsMissing() {
        int entities = 40;
        int events = 60;
        AtomicInteger acknowledged = new AtomicInteger();
        Map<String, Throwable> failures = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> lives = new ArrayList<>();
        for (int e = 0; e < entities; e++) {
            CompletableFuture<Void> life = new CompletableFuture<>();
            lives.add(life);
            live("n" + e, 1, events, acknowledged, failures, life);
        }
        int kills = 0;
        int at = 0;
        while (acknowledged.get() < entities * events && failures.isEmpty()) {
            int next = at + 150;
            Until.holds(
                    "writes go on",
                    Duration.ofSeconds(30),
                    () -> acknowledged.get() >= Math.min(next, entities * events) || !failures.isEmpty());
            at = acknowledged.get();
            kills += (int) db.number("""
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE application_name = 'herald-journal' AND datname = current_database()
                    """);
        }
        assertThat(failures).isEmpty();
        lives.forEach(GroupCommitFaultsTest::done);
        assertThat(kills).isGreaterThan(5);
        assertThat(Notes.stored(db)).hasSize(entities * events);
        assertThat(db.number("""
                        SELECT count(*) FROM (SELECT persistence_id FROM event_journal GROUP BY 1
                        HAVING count(*) = ? AND max(seq_nr) = ?) complete
                        """, events, events)).isEqualTo(entities);
    }

    private void live(
            String id,
            long sequenceNr,
            long last,
            AtomicInteger acknowledged,
            Map<String, Throwable> failures,
            CompletableFuture<Void> life) {
        write(id, sequenceNr).whenComplete((ok, failure) -> {
            if (failure != null) {
                failures.put(id + ":" + sequenceNr, failure);
                life.completeExceptionally(failure);
            } else if (acknowledged.incrementAndGet() > 0 && sequenceNr < last) {
                live(id, sequenceNr + 1, last, acknowledged, failures, life);
            } else {
                life.complete(null);
            }
        });
    }

    @Test
    void aGroupThatIsCutInHalvesSurvivesALostConnectionAsWell() {
        done(write("taken", 1));
        db.update("UPDATE event_journal SET writer = 'another'");
        // the first group holds what comes next together: it is committed, and nobody learns of it
        connections.faults.add(Fault.LOST_AFTER_COMMIT);
        connections.faults.add(Fault.LOST_AFTER_COMMIT);
        connections.faults.add(Fault.LOST_BEFORE_COMMIT);
        connections.faults.add(Fault.LOST_AFTER_COMMIT);
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        LongStream.range(0, 30).forEach(i -> writes.add(write("n" + i, 1)));
        CompletableFuture<Void> culprit = write("taken", 1);
        LongStream.range(30, 60).forEach(i -> writes.add(write("n" + i, 1)));
        assertThat(culprit).failsWithin(Duration.ofSeconds(20));
        writes.forEach(GroupCommitFaultsTest::done);
        assertThat(Notes.stored(db)).hasSize(61);
    }
}
