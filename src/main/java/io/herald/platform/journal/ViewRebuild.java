package io.herald.platform.journal;

import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes views again, from the journal alone: into new tables in a schema of their own, which then take the old ones' place in one
 * transaction. Until then the old ones stand as they were. No journal may be written meanwhile: {@link WriterLock}.
 */
public final class ViewRebuild {
    private static final String SCHEMA = "herald_rebuild";
    private static final int GROUP = 1000;

    private static final String EVENTS = """
            SELECT persistence_id, seq_nr, event_payload FROM event_journal
            WHERE entity_type = ? AND NOT deleted ORDER BY persistence_id, seq_nr
            """;

    private static final String CONSTRAINTS = """
            SELECT 'ALTER TABLE ' || ?::text || '.' || t.relname || ' ADD CONSTRAINT ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname = 'public' AND t.relname = ? AND c.contype IN ('p', 'u')
            """;

    private static final String INDEXES = """
            SELECT replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON ' || ?::text || '.')
            FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname = 'public' AND t.relname = ?
                AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            """;

    private static final String SETTINGS = """
            SELECT 'ALTER TABLE ' || ?::text || '.' || t.relname || ' SET (' || array_to_string(t.reloptions, ', ') || ')'
            FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname = 'public' AND t.relname = ? AND t.reloptions IS NOT NULL
            """;

    /**
     * One family of entities and the views that are made of their events.
     *
     * @param entityType as the journal has it
     * @param tables that the views write, and nothing else does
     * @param more a statement that adds to them what outlasted its events; empty where there is no such thing
     */
    public record Part<P>(
            String entityType, List<InlineView<P>> views, List<String> tables, Fold<P> fold, String more) {
        public Part {
            views = List.copyOf(views);
            tables = List.copyOf(tables);
        }
    }

    /** Makes of stored events what the entity persisted when they happened. */
    @FunctionalInterface
    public interface Fold<P> {
        /** @param last what this made of the entity's event before, if there was one */
        P next(@Nullable P last, byte[] event);
    }

    /** Two connections to the same database, the first to read by and the second to write by. */
    private final Connection reader;

    private final Connection writer;
    private final LongConsumer progress;

    /** @param progress is told now and then how many events have been read */
    public ViewRebuild(Connection reader, Connection writer, LongConsumer progress) {
        this.reader = reader;
        this.writer = writer;
        this.progress = progress;
    }

    /** @return how many events were read */
    public long run(List<Part<?>> parts) throws SQLException {
        reader.setAutoCommit(false);
        writer.setAutoCommit(false);
        prepare(parts);
        long events = 0;
        for (Part<?> part : parts) {
            events = load(part, events);
        }
        reader.commit();
        swap(parts);
        return events;
    }

    private static List<String> tables(List<Part<?>> parts) {
        return parts.stream().flatMap(part -> part.tables().stream()).toList();
    }

    private void prepare(List<Part<?>> parts) throws SQLException {
        execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
        execute("CREATE SCHEMA " + SCHEMA);
        for (String table : tables(parts)) {
            execute("CREATE TABLE " + SCHEMA + "." + table + " (LIKE public." + table
                    + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)");
            for (String definitions : List.of(CONSTRAINTS, INDEXES, SETTINGS)) {
                for (String definition : Sql.list(writer, definitions, row -> row.getString(1), SCHEMA, table)) {
                    execute(definition);
                }
            }
        }
        writer.commit();
    }

    private <P> long load(Part<P> part, long before) throws SQLException {
        execute("SET search_path = " + SCHEMA + ", public");
        long events = before;
        try (PreparedStatement select = reader.prepareStatement(EVENTS)) {
            select.setFetchSize(GROUP);
            select.setString(1, part.entityType());
            List<InlineView.Entry<P>> group = new ArrayList<>(GROUP);
            String id = "";
            P last = null;
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String next = row.getString("persistence_id");
                    last = part.fold().next(next.equals(id) ? last : null, row.getBytes("event_payload"));
                    id = next;
                    group.add(new InlineView.Entry<>(id, row.getLong("seq_nr"), last));
                    events++;
                    if (group.size() == GROUP) {
                        write(part.views(), group);
                        progress.accept(events);
                    }
                }
            }
            write(part.views(), group);
        }
        if (!part.more().isEmpty()) {
            execute(part.more());
            writer.commit();
        }
        return events;
    }

    private <P> void write(List<InlineView<P>> views, List<InlineView.Entry<P>> group) throws SQLException {
        if (!group.isEmpty()) {
            for (InlineView<P> view : views) {
                view.write(writer, group);
            }
            writer.commit();
            group.clear();
        }
    }

    private void swap(List<Part<?>> parts) throws SQLException {
        execute("SET search_path = public");
        for (String table : tables(parts)) {
            execute("DROP TABLE public." + table);
            execute("ALTER TABLE " + SCHEMA + "." + table + " SET SCHEMA public");
        }
        execute("DROP SCHEMA " + SCHEMA);
        writer.commit();
        for (String table : tables(parts)) {
            execute("ANALYZE public." + table);
        }
        writer.commit();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute(sql);
        }
    }
}
