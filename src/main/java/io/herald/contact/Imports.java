package io.herald.contact;

import akka.Done;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import io.herald.platform.sql.SqlFailure;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads of contacts. Rows are stored as they come in, a group at a time; when the upload is complete they are merged into
 * contacts in one transaction. An upload that breaks off merges nothing; a merge that a crash interrupts is done at the next start.
 */
public final class Imports {
    private static final Logger LOG = LoggerFactory.getLogger(Imports.class);
    private static final int GROUP = 2000;
    private static final int MOST_ERRORS_KEPT = 100_000;

    private static final String COLUMNS = "id, status, rows, accepted, merged, rejected, failure, created_at, ended_at";

    /** How an import stands. */
    public record Import(
            String id,
            String status,
            long rows,
            long accepted,
            long merged,
            long rejected,
            @Nullable String failure,
            Instant createdAt,
            @Nullable Instant endedAt) {
        public boolean isCompleted() {
            return status.equals("completed");
        }
    }

    /** A row that was not taken. */
    public record RowError(long line, String field, String reason) {}

    private final Database database;
    private final InstantSource clock;

    public Imports(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Reads an upload to its end; blocks, so it is for a thread of its own. When it returns the rows are stored; the merge goes on
     * by itself.
     *
     * @throws DatabaseAway where the rows could not be stored: the import has then failed
     */
    public void receive(String tenantId, String id, ImportFormat format, @Nullable String region, InputStream in) {
        begin(tenantId, id);
        Staging staging = new Staging(tenantId, id);
        try {
            new ImportReader(region, staging).read(format, in);
            staging.flush();
            if (!staging.complete()) {
                fail(tenantId, id, "the upload broke off");
                return;
            }
        } catch (ImportReader.Unreadable e) {
            fail(tenantId, id, String.valueOf(e.getMessage()));
            return;
        } catch (IOException e) {
            fail(tenantId, id, "the upload broke off");
            return;
        } catch (DatabaseAway | SqlFailure e) {
            fail(tenantId, id, "the database failed; please upload again");
            throw e;
        }
        merge(tenantId, id);
    }

    private void begin(String tenantId, String id) {
        Instant now = clock.instant();
        database.runHere(c -> {
            Sql.update(c, """
                    INSERT INTO contact_import (tenant_id, id, status, created_at) VALUES (?, ?, 'receiving', ?)
                    ON CONFLICT (tenant_id, id) DO UPDATE SET status = 'receiving', rows = 0, accepted = 0, merged = 0,
                        rejected = 0, failure = NULL, created_at = excluded.created_at, ended_at = NULL
                    """, tenantId, id, now);
            Sql.update(c, "DELETE FROM contact_import_row WHERE tenant_id = ? AND import_id = ?", tenantId, id);
            Sql.update(c, "DELETE FROM contact_import_error WHERE tenant_id = ? AND import_id = ?", tenantId, id);
            Sql.update(c, "DELETE FROM contact_import_member WHERE tenant_id = ? AND import_id = ?", tenantId, id);
            return Done.getInstance();
        });
    }

    /** Collects rows and stores them a group at a time. */
    private final class Staging implements java.util.function.Consumer<ImportRow> {
        private final String tenantId;
        private final String id;
        private final List<ImportRow> group = new ArrayList<>(GROUP);
        private long rows;
        private long rejected;

        Staging(String tenantId, String id) {
            this.tenantId = tenantId;
            this.id = id;
        }

        @Override
        public void accept(ImportRow row) {
            rows++;
            if (row instanceof ImportRow.Bad && ++rejected > MOST_ERRORS_KEPT) {
                return;
            }
            group.add(row);
            if (group.size() == GROUP) {
                flush();
            }
        }

        void flush() {
            List<ImportRow> rowsToStore = List.copyOf(group);
            group.clear();
            long seen = rows;
            long bad = rejected;
            database.transactHere(c -> {
                store(c, tenantId, id, rowsToStore);
                Sql.update(
                        c,
                        "UPDATE contact_import SET rows = ?, rejected = ? WHERE tenant_id = ? AND id = ?",
                        seen,
                        bad,
                        tenantId,
                        id);
                return Done.getInstance();
            });
        }

        /** @return false where another process gave it up in between, and some of its rows with it */
        boolean complete() {
            return database.runHere(c -> Sql.update(
                            c,
                            "UPDATE contact_import SET status = 'merging' WHERE tenant_id = ? AND id = ? AND status = 'receiving'",
                            tenantId,
                            id)
                    == 1);
        }
    }

    private static void store(Connection c, String tenantId, String id, List<ImportRow> rows) throws SQLException {
        try (PreparedStatement good = c.prepareStatement("""
                        INSERT INTO contact_import_row (tenant_id, import_id, line, phone, email, attributes)
                        VALUES (?, ?, ?, ?, ?, ?::jsonb)
                        """);
                PreparedStatement bad = c.prepareStatement("""
                        INSERT INTO contact_import_error (tenant_id, import_id, line, field, reason) VALUES (?, ?, ?, ?, ?)
                        """)) {
            for (ImportRow row : rows) {
                switch (row) {
                    case ImportRow.Good r -> {
                        Sql.bind(c, good, tenantId, id, r.line(), r.phone(), r.email(), Json.text(r.attributes()));
                        good.addBatch();
                    }
                    case ImportRow.Bad r -> {
                        Sql.bind(c, bad, tenantId, id, r.line(), r.field(), r.reason());
                        bad.addBatch();
                    }
                }
            }
            good.executeBatch();
            bad.executeBatch();
        }
    }

    private void merge(String tenantId, String id) {
        Instant now = clock.instant();
        database.transactAtLength(c -> {
                    mergeRows(c, tenantId, id, now);
                    return Done.getInstance();
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue("tenant_id", tenantId)
                                .addKeyValue("import_id", id)
                                .addKeyValue("reason", failure.toString())
                                .log("merging an import failed; it is tried again at the next start");
                    }
                });
    }

    /**
     * One contact for each phone number, or e-mail address where a row has none. Of several rows for one person, and of a row and
     * a contact that is there already, the later value of an attribute wins.
     */
    private static void mergeRows(Connection c, String tenantId, String id, Instant now) throws SQLException {
        boolean open = Sql.one(
                        c,
                        "SELECT 1 FROM contact_import WHERE tenant_id = ? AND id = ? AND status = 'merging' FOR UPDATE",
                        row -> true,
                        tenantId,
                        id)
                .isPresent();
        if (!open) {
            return; // another process was faster
        }
        Sql.update(c, """
                CREATE TEMPORARY TABLE staged ON COMMIT DROP AS
                SELECT coalesce(phone, email) AS key, phone, email, attributes, line,
                    row_number() OVER (PARTITION BY coalesce(phone, email) ORDER BY line) AS n
                FROM contact_import_row WHERE tenant_id = ? AND import_id = ?
                """, tenantId, id);
        Sql.update(c, "ANALYZE staged");
        Sql.update(c, """
                UPDATE staged SET attributes = staged.attributes || later.attributes,
                    email = coalesce(later.email, staged.email)
                FROM (
                    SELECT key, (array_agg(email ORDER BY line DESC) FILTER (WHERE email IS NOT NULL))[1] AS email,
                        coalesce(jsonb_object_agg(a.name, a.value ORDER BY line) FILTER (WHERE a.name IS NOT NULL), '{}')
                            AS attributes
                    FROM staged LEFT JOIN LATERAL jsonb_each(attributes) AS a (name, value) ON true
                    WHERE n > 1 GROUP BY key
                ) later
                WHERE staged.key = later.key AND staged.n = 1
                """);
        Sql.update(c, """
                WITH put AS (
                    INSERT INTO contact (tenant_id, phone, email, attributes, created_at, updated_at)
                    SELECT ?, phone, email, attributes, ?, ? FROM staged WHERE n = 1 AND phone IS NOT NULL ORDER BY line
                    ON CONFLICT (tenant_id, phone) DO UPDATE SET attributes = contact.attributes || excluded.attributes,
                        email = coalesce(excluded.email, contact.email), updated_at = excluded.updated_at
                    RETURNING id
                )
                INSERT INTO contact_import_member (tenant_id, import_id, contact_id) SELECT ?, ?, id FROM put
                ON CONFLICT DO NOTHING
                """, tenantId, now, now, tenantId, id);
        Sql.update(c, """
                WITH put AS (
                    INSERT INTO contact (tenant_id, phone, email, attributes, created_at, updated_at)
                    SELECT ?, NULL, email, attributes, ?, ? FROM staged WHERE n = 1 AND phone IS NULL ORDER BY line
                    ON CONFLICT (tenant_id, email) WHERE phone IS NULL DO UPDATE SET
                        attributes = contact.attributes || excluded.attributes, updated_at = excluded.updated_at
                    RETURNING id
                )
                INSERT INTO contact_import_member (tenant_id, import_id, contact_id) SELECT ?, ?, id FROM put
                ON CONFLICT DO NOTHING
                """, tenantId, now, now, tenantId, id);
        Sql.update(c, """
                UPDATE contact_import SET status = 'completed', ended_at = ?,
                    accepted = (SELECT count(*) FROM staged WHERE n = 1), merged = (SELECT count(*) FROM staged WHERE n > 1)
                WHERE tenant_id = ? AND id = ?
                """, now, tenantId, id);
        Sql.update(c, "DELETE FROM contact_import_row WHERE tenant_id = ? AND import_id = ?", tenantId, id);
    }

    private void fail(String tenantId, String id, String reason) {
        Instant now = clock.instant();
        database.transact(c -> {
                    Sql.update(c, """
                            UPDATE contact_import SET status = 'failed', failure = ?, ended_at = ?
                            WHERE tenant_id = ? AND id = ?
                            """, reason, now, tenantId, id);
                    Sql.update(c, "DELETE FROM contact_import_row WHERE tenant_id = ? AND import_id = ?", tenantId, id);
                    return Done.getInstance();
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.atWarn().addKeyValue("import_id", id).log("a failed import could not be marked as such");
                    }
                });
    }

    /**
     * Takes up what the last process left: complete uploads are merged, broken ones fail.
     *
     * @param upTo imports begun later are under way in another process
     */
    public CompletionStage<Done> recover(Instant upTo) {
        record Left(String tenantId, String id, String status) {}
        return database.run(c -> Sql.list(
                        c,
                        """
                        SELECT tenant_id, id, status FROM contact_import
                        WHERE ended_at IS NULL AND (status = 'merging' OR created_at < ?)
                        """,
                        row -> new Left(row.getString("tenant_id"), row.getString("id"), row.getString("status")),
                        upTo))
                .thenApply(left -> {
                    for (Left one : left) {
                        if (one.status().equals("merging")) {
                            merge(one.tenantId(), one.id());
                        } else {
                            fail(one.tenantId(), one.id(), "the upload broke off");
                        }
                    }
                    return Done.getInstance();
                });
    }

    public CompletionStage<Optional<Import>> find(String tenantId, String id) {
        return database.run(c -> Sql.one(
                c,
                "SELECT " + COLUMNS + " FROM contact_import WHERE tenant_id = ? AND id = ?",
                Imports::toImport,
                tenantId,
                id));
    }

    public CompletionStage<List<Import>> list(String tenantId, String beforeId, int limit) {
        return database.run(c -> Sql.list(
                c,
                "SELECT " + COLUMNS
                        + " FROM contact_import WHERE tenant_id = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
                Imports::toImport,
                tenantId,
                beforeId,
                beforeId,
                limit));
    }

    public CompletionStage<List<RowError>> errors(String tenantId, String id, long afterLine, int limit) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT line, field, reason FROM contact_import_error
                WHERE tenant_id = ? AND import_id = ? AND line > ? ORDER BY line, field LIMIT ?
                """,
                row -> new RowError(row.getLong("line"), row.getString("field"), row.getString("reason")),
                tenantId,
                id,
                afterLine,
                limit));
    }

    private static Import toImport(ResultSet row) throws SQLException {
        return new Import(
                row.getString("id"),
                row.getString("status"),
                row.getLong("rows"),
                row.getLong("accepted"),
                row.getLong("merged"),
                row.getLong("rejected"),
                row.getString("failure"),
                Sql.instant(row, "created_at"),
                Sql.instantOrNull(row, "ended_at"));
    }
}
