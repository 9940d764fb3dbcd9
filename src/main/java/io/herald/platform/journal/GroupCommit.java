package io.herald.platform.journal;

import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a node. What arrives while a commit is under way goes out together in the next one, so a group grows with the
 * load and an idle system pays for one commit only. A write is acknowledged after its commit, never before.
 *
 * <p>A group that the database refuses is halved until the culprit alone fails. When the connection is lost, whether the group was
 * committed is looked up on a new one before anything is written again; a database that stays away longer than the patience fails
 * what is waiting, and its entities restart from what is there. From then on it is looked for ten times a second, and what comes
 * meanwhile waits for one look only.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration PAUSE_BEFORE_RECONNECT = Duration.ofMillis(100);
    private static final int PLANS_KEPT = 4096;
    private static final String UNIQUE_VIOLATION = "23505";

    /** Times of one entity rise strictly: a row's is later than that of the row before its write, and by its place in it. */
    private static final String INSERT = """
            INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                event_ser_manifest, event_payload, writer, adapter_manifest, tags, meta_ser_id, meta_ser_manifest, meta_payload)
            SELECT slice, entity_type, pid, seq,
                CASE WHEN seq - nth = 1 THEN clock_timestamp() ELSE greatest(clock_timestamp(),
                    (SELECT db_timestamp + interval '1 microsecond' FROM event_journal
                     WHERE persistence_id = pid AND seq_nr = seq - nth - 1)) END + nth * interval '1 microsecond',
                ser_id, manifest, payload, writer, '', string_to_array(tags, chr(31)), meta_ser_id, meta_manifest, meta_payload
            FROM unnest(?::int[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::text[], ?::bytea[], ?::text[], ?::text[],
                ?::int[], ?::text[], ?::bytea[], ?::int[])
                AS e (slice, entity_type, pid, seq, ser_id, manifest, payload, writer, tags, meta_ser_id, meta_manifest,
                      meta_payload, nth)
            """;

    private static final String FIND_WRITER = """
            SELECT writer FROM event_journal WHERE persistence_id = ? AND seq_nr = ?
            """;

    /** Opens a connection; the writer closes it. */
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    private record Write(List<JournalRow> rows, CompletableFuture<Void> done) {}

    private final Connections connections;
    private final List<InlineView<?>> views;
    private final int maxGroup;
    private final Duration patience;
    private final CommitListener listener;
    private final LinkedBlockingQueue<Write> queue = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable Connection connection;
    private long groups;
    /** The patience has run out, and the database has not come back since. */
    private boolean away;

    GroupCommit(
            Connections connections,
            List<InlineView<?>> views,
            int maxGroup,
            Duration patience,
            CommitListener listener) {
        this.connections = connections;
        this.views = views;
        this.maxGroup = maxGroup;
        this.patience = patience;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("journal-writer").daemon().start(this::work);
    }

    /** @param rows of one entity, to be committed together or not at all; none to hear when its turn would have come */
    CompletableFuture<Void> write(List<JournalRow> rows) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!rows.isEmpty()) {
            String id = rows.getFirst().persistenceId();
            pending.put(id, done);
            done.whenComplete((ok, failure) -> pending.remove(id, done));
        }
        queue.add(new Write(rows, done));
        if (closed) {
            done.completeExceptionally(new IllegalStateException("the journal is closed"));
        }
        return done;
    }

    /** Completes when nothing of this entity is on its way any more, however it ended. */
    CompletableFuture<Void> settled(String persistenceId) {
        CompletableFuture<Void> write = pending.get(persistenceId);
        return write == null ? CompletableFuture.completedFuture(null) : write.handle((ok, failure) -> null);
    }

    private void work() {
        List<Write> group = new ArrayList<>(maxGroup);
        while (!closed || !queue.isEmpty()) {
            try {
                Write first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                queue.drainTo(group, maxGroup - 1);
                commit(group);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (RuntimeException e) {
                LOG.error("a group of writes failed", e);
                fail(group, e);
            } finally {
                group.clear();
            }
        }
        queue.forEach(write -> fail(List.of(write), new IllegalStateException("the journal is closed")));
        closeConnection();
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
                insert(c, rows);
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
        if (!away) {
            LOG.atWarn()
                    .addKeyValue("writes", group.size() + queue.size())
                    .addKeyValue("reason", e.getMessage())
                    .log("the journal's database is away; writes are refused");
        }
        away = true;
        List<Write> waiting = new ArrayList<>(group);
        queue.drainTo(waiting);
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

    private void insert(Connection c, List<JournalRow> rows) throws SQLException {
        int n = rows.size();
        int[] places = new int[n];
        int[] slices = new int[n];
        String[] types = new String[n];
        String[] ids = new String[n];
        long[] sequenceNrs = new long[n];
        int[] serializers = new int[n];
        String[] manifests = new String[n];
        byte[][] payloads = new byte[n][];
        String[] writers = new String[n];
        @Nullable String[] tags = new @Nullable String[n];
        @Nullable Integer[] metaSerializers = new @Nullable Integer[n];
        @Nullable String[] metaManifests = new @Nullable String[n];
        byte[][] metaPayloads = new byte[n][];
        for (int i = 0; i < n; i++) {
            JournalRow row = rows.get(i);
            boolean follows =
                    i > 0 && row.persistenceId().equals(ids[i - 1]) && row.sequenceNr() == sequenceNrs[i - 1] + 1;
            places[i] = follows ? places[i - 1] + 1 : 0;
            slices[i] = row.slice();
            types[i] = row.entityType();
            ids[i] = row.persistenceId();
            sequenceNrs[i] = row.sequenceNr();
            serializers[i] = row.serializerId();
            manifests[i] = row.manifest();
            payloads[i] = row.bytes();
            writers[i] = row.writer();
            tags[i] = row.tags();
            JournalRow.Metadata metadata = row.metadata();
            if (metadata != null) {
                metaSerializers[i] = metadata.serializerId();
                metaManifests[i] = metadata.manifest();
                metaPayloads[i] = metadata.bytes();
            }
        }
        try (PreparedStatement statement = c.prepareStatement(INSERT)) {
            statement.setObject(1, slices);
            statement.setArray(2, c.createArrayOf("text", types));
            statement.setArray(3, c.createArrayOf("text", ids));
            statement.setObject(4, sequenceNrs);
            statement.setObject(5, serializers);
            statement.setArray(6, c.createArrayOf("text", manifests));
            statement.setArray(7, c.createArrayOf("bytea", payloads));
            statement.setArray(8, c.createArrayOf("text", writers));
            statement.setArray(9, c.createArrayOf("text", tags));
            statement.setArray(10, c.createArrayOf("int4", metaSerializers));
            statement.setArray(11, c.createArrayOf("text", metaManifests));
            statement.setArray(12, c.createArrayOf("bytea", metaPayloads));
            statement.setObject(13, places);
            statement.executeUpdate();
        }
        for (InlineView<?> view : views) {
            write(c, view, rows);
        }
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

    /** Commits what has been handed in, then stops. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
