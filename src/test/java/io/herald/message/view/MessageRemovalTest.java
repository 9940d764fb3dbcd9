package io.herald.message.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.insight.view.UsageView;
import io.herald.message.MessageRecorded;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Sql;
import io.herald.support.OpenDatabase;
import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages are removed whole, whatever comes for them meanwhile. */
class MessageRemovalTest {
    private static final OpenDatabase DB = OpenDatabase.fresh();
    private static final MessageView VIEW = new MessageView("one");

    private final MessageRemoval removal = new MessageRemoval(UsageView.ofRemoved());
    private final Lives lives = new Lives(new Random(7), 60);

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        DB.update("TRUNCATE event_journal, message, message_due, provider_ref, campaign_ledger");
        try (Connection c = connection()) {
            for (int i = 0; i < 800; i++) {
                write(c, lives.step());
            }
            c.commit();
        }
    }

    private static Connection connection() throws SQLException {
        Connection c = TestDatabase.connect(DB.url());
        c.setAutoCommit(false);
        return c;
    }

    /** As the journal's writer does. */
    private static void write(Connection c, List<Entry<MessageRecorded>> entries) throws SQLException {
        for (Entry<MessageRecorded> entry : entries) {
            Sql.update(
                    c,
                    """
                    INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                        event_ser_manifest, event_payload, writer)
                    VALUES (0, 'Message', ?, ?, now(), 1, '', ?, '')
                    """,
                    entry.persistenceId(),
                    entry.sequenceNr(),
                    Json.bytes(entry.payload().event()));
        }
        if (!entries.isEmpty()) {
            VIEW.write(c, entries);
        }
    }

    /** The next things that happen to a message of the campaign that is there already. */
    private List<Entry<MessageRecorded>> nextOf(String campaign) {
        while (true) {
            List<Entry<MessageRecorded>> entries = lives.step();
            if (!entries.isEmpty()
                    && entries.getFirst().persistenceId().contains("/" + campaign + "-")
                    && entries.getFirst().payload().before() != null) {
                return entries;
            }
        }
    }

    private static long eventsOf(String persistenceId) {
        return DB.number("SELECT count(*) FROM event_journal WHERE persistence_id LIKE ?", persistenceId);
    }

    @Test
    void aCampaignsMessagesGoInBatchesAndNothingElseDoes() throws SQLException {
        long others = DB.number("SELECT count(*) FROM message WHERE campaign_id IS DISTINCT FROM 'camp1'");
        long events =
                DB.number("SELECT count(*) FROM event_journal WHERE persistence_id NOT LIKE 'Message|t1/camp1-%'");
        long all = DB.number("SELECT count(*) FROM message WHERE campaign_id = 'camp1'");
        int removed = 0;
        List<Integer> batches = new ArrayList<>();
        try (Connection c = connection()) {
            assertThat(removal.remove(c, "t2", "camp1", "", 4).messages())
                    .as("of another tenant")
                    .isZero();
            assertThat(removal.finish(c, "t1", "camp1")).as("too early").isFalse();
            for (String after = ""; after != null; ) {
                MessageRemoval.Batch batch = removal.remove(c, "t1", "camp1", after, 4);
                c.commit();
                removed += batch.messages();
                batches.add(batch.messages());
                after = batch.last();
            }
            assertThat(DB.number("SELECT coalesce(sum(fed + waiting + accepted + failed + unsettled + segments), 0)"
                            + " FROM campaign_ledger WHERE campaign_id = 'camp1'"))
                    .as("each was taken out of the counters as it stood")
                    .isZero();
            assertThat(removal.finish(c, "t1", "camp1")).isTrue();
            c.commit();
        }
        assertThat(removed).isEqualTo(Math.toIntExact(all));
        assertThat(batches).hasSizeGreaterThan(3).allMatch(size -> size <= 4);
        assertThat(DB.number("SELECT count(*) FROM message")).isEqualTo(others);
        assertThat(DB.number("SELECT count(*) FROM event_journal")).isEqualTo(events);
        for (String table : List.of("message_due", "provider_ref")) {
            assertThat(DB.number("SELECT count(*) FROM " + table + " WHERE message_id LIKE 'camp1-%'"))
                    .as(table)
                    .isZero();
            assertThat(DB.number("SELECT count(*) FROM " + table)).as(table).isPositive();
        }
        assertThat(DB.number("SELECT count(*) FROM campaign_ledger WHERE campaign_id = 'camp1'"))
                .isZero();
        assertThat(DB.number("SELECT count(*) FROM campaign_ledger")).isPositive();
    }

    @Test
    void anEventThatComesWhileItsMessageIsRemovedIsRefusedAndLeavesNothing() throws SQLException {
        List<Entry<MessageRecorded>> late = nextOf("camp1");
        try (Connection remover = connection();
                Connection writer = connection()) {
            assertThat(removal.remove(remover, "t1", "camp1", "", 1000).messages())
                    .isPositive();
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    write(writer, late);
                    writer.commit();
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            Until.holds("the event waits for its message", Duration.ofSeconds(10), () -> DB.number("""
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'UPDATE message%'
                    """) == 1);
            remover.commit();
            assertThatThrownBy(written::join).hasCauseInstanceOf(IllegalStateException.class);
            writer.rollback();
        }
        assertThat(eventsOf("Message|t1/camp1-%")).isZero();
    }

    @Test
    void aMessageForWhichAnEventIsJustComingIsLeftForLaterAndThenGoesWithIt() throws SQLException {
        List<Entry<MessageRecorded>> late = nextOf("camp1");
        String entity = late.getFirst().persistenceId();
        try (Connection remover = connection();
                Connection writer = connection()) {
            write(writer, late);
            removal.remove(remover, "t1", "camp1", "", 1000);
            remover.commit();
            assertThat(removal.finish(remover, "t1", "camp1")).isFalse();
            remover.commit();
            assertThat(DB.number("SELECT count(*) FROM message WHERE campaign_id = 'camp1'"))
                    .isEqualTo(1);
            assertThat(eventsOf("Message|t1/camp1-%"))
                    .isEqualTo(eventsOf(entity))
                    .isPositive();
            writer.commit();
            assertThat(removal.remove(remover, "t1", "camp1", "", 1000).messages())
                    .isEqualTo(1);
            assertThat(removal.finish(remover, "t1", "camp1")).isTrue();
            remover.commit();
        }
        assertThat(eventsOf(entity)).isZero();
    }
}
