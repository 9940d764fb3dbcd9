package io.herald.platform.journal;

import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Who may change a database's journal: every node at once, or the one that makes its views again. It is held by a session of the
 * database and ends with it, so that no crash leaves it behind.
 */
public final class WriterLock {
    private static final long KEY = 0x4845_5241_4c44L;

    /** PostgreSQL's "cannot connect now": what it says of itself while it starts. */
    private static final String NOT_NOW = "57P03";

    private WriterLock() {}

    /**
     * Closes the session where it can't be had.
     *
     * @throws SQLException as from a database that is away, where the views are being made again
     */
    public static Connection shared(Connection session) throws SQLException {
        if (!taken(session, "SELECT pg_try_advisory_lock_shared(?)")) {
            session.close();
            throw new SQLException("the views are being rebuilt", NOT_NOW);
        }
        return session;
    }

    /** @return false where some node writes the journal, or another has this already */
    public static boolean alone(Connection session) throws SQLException {
        return taken(session, "SELECT pg_try_advisory_lock(?)");
    }

    private static boolean taken(Connection session, String sql) throws SQLException {
        return Sql.one(session, sql, row -> row.getBoolean(1), KEY).orElse(false);
    }
}
