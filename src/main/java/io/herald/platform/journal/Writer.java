package io.herald.platform.journal;

import io.herald.platform.journal.WriteQueue.Write;
import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits groups of writes over a connection of its own, one after another.
 *
 * <p>A group that the database refuses is halved until the culprit alone fails. When the connection is lost, whether the group was
 * committed is looked up on a new one before anything is written again; a database that stays away longer than the patience fails
 * what is waiting, and its entities restart from what is there. From then on it is looked for ten times a second, and what comes
 * meanwhile waits for one look only.
 */
final class Writer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final Duration PAUSE_BEFORE_RECONNECT = Duration.ofMillis(100);
    private static final int PLANS_KEPT = 4096;
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String FIND_WRITER = """
            SELECT writer FROM event_journal WHERE persistence_id = ? AND seq_nr = ?
            """;

    /** Where a writer gets its groups from: no writes once there are to be no more. */
    @FunctionalInterface
    interface Groups {
        List<Write> next() throws InterruptedException;
    }

    private final GroupCommit.Connections connections;
    private final List<InlineView<?>> views;
    private final WriteQueue queue;
    private final Groups source;
    private final Duration patience;
    private final CommitListener listener;
    private @Nullable Connection connection;
    private long groups;
    /** The patience has run out, and the database has not come back since. */
    private boolean away;

    /** @param source of its groups, all from this queue */
    Writer(
            GroupCommit.Connections connections,
            List<InlineView<?>> views,
            WriteQueue queue,
            Groups source,
            Duration patience,
            CommitListener listener) {
        this.connections = connections;
        this.views = views;
        this.queue = queue;
        this.source = source;
        this.patience = patience;
        this.listener = listener;
    }

    @Override
    public void run() {
        List<Write> group = List.of();
        try {
            for (group = source.next(); !group.isEmpty(); group = source.next()) {
                try {
                    commit(group);
                } catch (RuntimeException e) {
                    LOG.error("a group of writes failed", e);
                    fail(group, e);
                }
            }
        } catch (InterruptedException e) {
            fail(group, new IllegalStateException("the journal is closed", e));
        } finally {
            closeConnection();
        }
    }

    private void commit(List<Write> group) throws InterruptedException {
        List<JournalRow> rows = rows(group);
        if (rows.isEmpty()) {
            succeed(group);
            return;
        }
        long giveUp = System.nanoTime() + (away ? 0 : patience.toNanos());
        boolean maybeCommitted = false;
        while (true) {
            try {
                Connection c = connected();
                planAnew(c);
                if (maybeCommitted && isOurs(c, rows.getFirst())) {
                    succeed(group);
                    return;
                }
                long begun = System.nanoTime();
                JournalInsert.execute(c, rows);
                for (InlineView<?> view : views) {
                    write(c, view, rows);
                }
                maybeCommitted = true;
                c.commit();
                away = false;
                listener.committed(rows.size(), Duration.ofNanos(System.nanoTime() - begun));
                succeed(group);
                return;
            } catch (SQLException e) {
                if (!isConnectionLost(e)) {
                    rollback();
                    refused(group, e);
                    return;
                }
                closeConnection();
                if (System.nanoTime() > giveUp) {
                    giveUp(group, e);
                    return;
                }
                Thread.sleep(PAUSE_BEFORE_RECONNECT);
            } catch (RuntimeException e) {
                rollback();
                refused(group, e);
                return;
            }
        }
    }

    private static List<JournalRow> rows(List<Write> group) {
        List<JournalRow> rows = new ArrayList<>(group.size() * 2);
        for (Write write : group) {
            rows.addAll(write.rows());
        }
        return rows;
    }

    /** While the database is away for good, nobody waits for longer than the patience. */
    private void giveUp(List<Write> group, SQLException e) throws InterruptedException {
        List<Write> waiting = new ArrayList<>(group);
        waiting.addAll(queue.drain());
        if (!away) {
            LOG.atWarn()
                    .addKeyValue("writes", waiting.size())
                    .addKeyValue("reason", e.getMessage())
                    .log("the journal's database is away; writes are refused");
        }
        away = true;
        fail(waiting, new DatabaseAway(e));
        Thread.sleep(PAUSE_BEFORE_RECONNECT);
    }

    /** The database would not have it, or a view could not make anything of it. */
    private void refused(List<Write> group, Exception e) throws InterruptedException {
        if (group.size() > 1) {
            int half = group.size() / 2;
            commit(new ArrayList<>(group.subList(0, half)));
            commit(new ArrayList<>(group.subList(half, group.size())));
            return;
        }
        JournalRow row = group.getFirst().rows().getFirst();
        String state = e instanceof SQLException sql ? sql.getSQLState() : null;
        if (UNIQUE_VIOLATION.equals(state) && isOursQuietly(row)) {
            succeed(group);
            return;
        }
        LOG.atWarn()
                .addKeyValue("entity_type", row.entityType())
                .addKeyValue("sequence_nr", row.sequenceNr())
                .addKeyValue("sql_state", state)
                .addKeyValue("reason", e.getClass().getSimpleName())
                .log("a write was refused");
        fail(group, e);
    }

    private static <P> void write(Connection c, InlineView<P> view, List<JournalRow> rows) throws SQLException {
        Class<P> payloads = view.payloads();
        List<InlineView.Entry<P>> entries = new ArrayList<>(rows.size());
        for (JournalRow row : rows) {
            if (payloads.isInstance(row.payload())) {
                entries.add(
                        new InlineView.Entry<>(row.persistenceId(), row.sequenceNr(), payloads.cast(row.payload())));
            }
        }
        if (!entries.isEmpty()) {
            view.write(c, entries);
        }
    }

    /**
     * Plans are kept by the connection, and one made while a table was empty would be kept as it fills. So they are made anew after
     * the 1st, 2nd, 4th, 8th... group, and every {@value #PLANS_KEPT} groups from then on.
     */
    private void planAnew(Connection c) throws SQLException {
        groups++;
        boolean due = groups < PLANS_KEPT ? Long.bitCount(groups) == 1 : groups % PLANS_KEPT == 0;
        if (due) {
            try (Statement statement = c.createStatement()) {
                statement.execute("DISCARD PLANS");
            }
        }
    }

    private Connection connected() throws SQLException {
        Connection c = connection;
        if (c == null) {
            c = connections.open();
            c.setAutoCommit(false);
            connection = c;
        }
        return c;
    }

    /** Whether the row is in the journal, written by this very incarnation of its entity. */
    private static boolean isOurs(Connection c, JournalRow row) throws SQLException {
        boolean ours = Sql.one(c, FIND_WRITER, found -> found.getString(1), row.persistenceId(), row.sequenceNr())
                .filter(row.writer()::equals)
                .isPresent();
        c.rollback();
        return ours;
    }

    private boolean isOursQuietly(JournalRow row) {
        try {
            return isOurs(connected(), row);
        } catch (SQLException e) {
            LOG.debug("could not look a refused write up", e);
            return false;
        }
    }

    private static boolean isConnectionLost(SQLException e) {
        return DatabaseAway.isSaidBy(e);
    }

    private void rollback() {
        try {
            if (connection != null) {
                connection.rollback();
            }
        } catch (SQLException e) {
            closeConnection();
        }
    }

    private void closeConnection() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debug("closing a broken connection", e);
        }
        connection = null;
    }

    private static void succeed(List<Write> group) {
        for (Write write : group) {
            write.done().complete(null);
        }
    }

    private static void fail(List<Write> group, Exception e) {
        for (Write write : group) {
            write.done().completeExceptionally(e);
        }
    }
}
