package io.herald.platform.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rows for a statement that takes one array a column and unnests them. Arrays go in binary, so that neither side formats or parses
 * text; that is also why times are numbers here: such a column is {@code timestamptz 'epoch' + us * interval '1 microsecond'}.
 */
public final class Columns {
    private final ColumnType[] types;
    private final @Nullable String[][] texts;
    private final int[][] ints;
    private final long[][] longs;
    private final byte[][][] bytes;
    private int rows;
    private int column;

    /** @param most rows that will be added */
    public Columns(int most, ColumnType... types) {
        this.types = types.clone();
        this.texts = new @Nullable String[types.length][];
        this.ints = new int[types.length][];
        this.longs = new long[types.length][];
        this.bytes = new byte[types.length][][];
        for (int i = 0; i < types.length; i++) {
            switch (types[i]) {
                case TEXT -> texts[i] = new @Nullable String[most];
                case INT -> ints[i] = new int[most];
                case BYTES -> bytes[i] = new byte[most][];
                case TIME -> longs[i] = new long[most];
            }
        }
    }

    public Columns text(@Nullable String value) {
        texts[column][rows] = value;
        return next();
    }

    public Columns number(int value) {
        ints[column][rows] = value;
        return next();
    }

    public Columns bytes(byte[] value) {
        bytes[column][rows] = value;
        return next();
    }

    public Columns time(Instant value) {
        longs[column][rows] =
                TimeUnit.SECONDS.toMicros(value.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(value.getNano());
        return next();
    }

    private Columns next() {
        column++;
        if (column == types.length) {
            column = 0;
            rows++;
        }
        return this;
    }

    /** How many rows were added. */
    public int rows() {
        return rows;
    }

    /**
     * Executes the statement with these rows, its parameters being the columns in their order; nothing where there are none.
     *
     * @return how many rows of the database it touched
     */
    public int execute(Connection connection, String sql) throws SQLException {
        if (rows == 0) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < types.length; i++) {
                switch (types[i]) {
                    case TEXT ->
                        statement.setArray(i + 1, connection.createArrayOf("text", Arrays.copyOf(texts[i], rows)));
                    case INT -> statement.setObject(i + 1, Arrays.copyOf(ints[i], rows));
                    case BYTES ->
                        statement.setArray(i + 1, connection.createArrayOf("bytea", Arrays.copyOf(bytes[i], rows)));
                    case TIME -> statement.setObject(i + 1, Arrays.copyOf(longs[i], rows));
                }
            }
            return statement.executeUpdate();
        }
    }
}
