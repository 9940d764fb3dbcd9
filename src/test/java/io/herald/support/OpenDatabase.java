package io.herald.support;

import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.Migrations;
import io.herald.platform.sql.Sql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new database with Herald's tables, and a pool of connections to it. */
public record OpenDatabase(String url, Database database) implements AutoCloseable {

    public static OpenDatabase fresh() {
        String url = TestDatabase.fresh();
        DatabaseSettings settings = TestDatabase.settings(url);
        Migrations.apply(settings);
        return new OpenDatabase(url, new Database(settings));
    }

    public <T> List<T> list(String sql, Sql.Mapper<T> mapper, @Nullable Object... parameters) {
        return database.runHere(c -> Sql.list(c, sql, mapper, parameters));
    }

    /** The number in the one row and column of an answer. */
    public long number(String sql, @Nullable Object... parameters) {
        return list(sql, row -> row.getLong(1), parameters).getFirst();
    }

    public int update(String sql, @Nullable Object... parameters) {
        return database.runHere(c -> Sql.update(c, sql, parameters));
    }

    @Override
    public void close() {
        database.close();
    }
}
