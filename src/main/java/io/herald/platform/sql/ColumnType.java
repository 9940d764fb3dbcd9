package io.herald.platform.sql;

/** What the array of one of the {@link Columns} is made of. */
public enum ColumnType {
    TEXT,
    INT,
    BYTES,
    /** Microseconds since 1970, {@code bigint}. */
    TIME
}
