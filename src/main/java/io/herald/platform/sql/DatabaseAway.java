package io.herald.platform.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** The database can't be reached or is not taking work now; the same may succeed in a moment. */
public final class DatabaseAway extends RuntimeException {
    public DatabaseAway(@Nullable Throwable cause) {
        super("the database is away", cause);
    }

    /** Whether this failure says something of the connection or the server, not of the statement. */
    public static boolean isSaidBy(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || state == null
                || state.startsWith("08") // connection exceptions
                || state.startsWith("57P") // shut down, crashed, starting up
                || state.startsWith("53"); // out of connections, memory or disk
    }
}
