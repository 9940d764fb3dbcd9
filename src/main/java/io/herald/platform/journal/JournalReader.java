package io.herald.platform.journal;

import akka.Done;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Grouped;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Reads entities' events. The first events of entities that start at the same time are fetched by one query; who has more than
 * that is read on by itself.
 */
final class JournalReader {
    /** The head of an entity's events fetched with others'; a message has fewer than that in all but its worst life. */
    static final int HEAD = 32;

    private static final int MAX_GROUP = 500;
    private static final Duration PACE = Duration.ofMillis(5);
    private static final int PAGE = 1000;

    private static final String HEADS = """
            SELECT e.persistence_id, e.seq_nr, e.event_ser_id, e.event_ser_manifest, e.event_payload, e.deleted, e.writer,
                e.meta_ser_id, e.meta_ser_manifest, e.meta_payload
            FROM unnest(?::text[]) AS wanted (pid),
                LATERAL (SELECT * FROM event_journal j WHERE j.persistence_id = wanted.pid ORDER BY j.seq_nr LIMIT ?) e
            """;

    private static final String PAGES = """
            SELECT persistence_id, seq_nr, event_ser_id, event_ser_manifest, event_payload, deleted, writer,
                meta_ser_id, meta_ser_manifest, meta_payload
            FROM event_journal WHERE persistence_id = ? AND seq_nr BETWEEN ? AND ? ORDER BY seq_nr LIMIT ?
            """;

    private static final String HIGHEST = "SELECT max(seq_nr) FROM event_journal WHERE persistence_id = ?";

    record StoredEvent(JournalRow row, boolean deleted) {}

    private final Database database;
    private final Grouped<String, List<StoredEvent>> heads;

    JournalReader(Database database) {
        this.database = database;
        this.heads = new Grouped<>(database, MAX_GROUP, PACE, JournalReader::heads);
    }

    /** Up to {@link #HEAD} events of the entity, from its first on, deleted ones included. */
    CompletableFuture<List<StoredEvent>> head(String persistenceId) {
        return heads.ask(persistenceId);
    }

    CompletionStage<Long> highest(String persistenceId) {
        return database.run(
                c -> Sql.one(c, HIGHEST, row -> row.getLong(1), persistenceId).orElse(0L));
    }

    /** Events of one entity in order, a page at a time. */
    CompletionStage<Done> replay(String persistenceId, long from, long to, long max, Consumer<StoredEvent> consumer) {
        return database.run(c -> {
            long next = from;
            long left = max;
            while (left > 0 && next <= to) {
                int page = (int) Math.min(PAGE, left);
                List<StoredEvent> events = Sql.list(c, PAGES, JournalReader::event, persistenceId, next, to, page);
                events.forEach(consumer);
                if (events.size() < page) {
                    break;
                }
                left -= page;
                next = events.getLast().row().sequenceNr() + 1;
            }
            return Done.getInstance();
        });
    }

    private static List<List<StoredEvent>> heads(Connection c, List<String> ids) throws SQLException {
        Map<String, List<StoredEvent>> heads = new HashMap<>();
        String[] distinct = ids.stream().distinct().toArray(String[]::new);
        for (StoredEvent event : Sql.list(c, HEADS, JournalReader::event, distinct, HEAD)) {
            heads.computeIfAbsent(event.row().persistenceId(), id -> new ArrayList<>())
                    .add(event);
        }
        return ids.stream().map(id -> heads.getOrDefault(id, List.of())).toList();
    }

    private static StoredEvent event(ResultSet row) throws SQLException {
        Integer metaSerializer = Sql.intOrNull(row, "meta_ser_id");
        JournalRow.Metadata metadata = metaSerializer == null
                ? null
                : new JournalRow.Metadata(
                        metaSerializer, row.getString("meta_ser_manifest"), row.getBytes("meta_payload"));
        return new StoredEvent(
                new JournalRow(
                        0,
                        "",
                        row.getString("persistence_id"),
                        row.getLong("seq_nr"),
                        row.getInt("event_ser_id"),
                        row.getString("event_ser_manifest"),
                        row.getBytes("event_payload"),
                        row.getString("writer"),
                        null,
                        metadata,
                        null),
                row.getBoolean("deleted"));
    }
}
