package io.herald.platform.sql;

import java.sql.SQLException;

/** A statement that the database understood as wrong, or whose constraints it broke. */
public final class SqlFailure extends RuntimeException {
    private static final String UNIQUE_VIOLATION = "23505";

    private final String state;

    public SqlFailure(SQLException cause) {
        super(cause);
        this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
    }

    public boolean isDuplicateKey() {
        return UNIQUE_VIOLATION.equals(state);
    }
}
