package io.herald.support;

import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.Migrations;
import io.herald.platform.sql.Sql;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A fresh, migrated database with Herald's own pool before it. */
public final class TestStore implements AutoCloseable {
    public final String url = TestDatabase.fresh();
    public final Database database;

    public TestStore() {
        DatabaseSettings settings = TestDatabase.settings(url);
        Migrations.apply(settings);
        database = new Database(settings);
    }

    /** The first column of each row, as text; a NULL reads {@code null}. */
    public List<String> texts(String sql, @Nullable Object... parameters) {
        return database.runHere(c -> Sql.list(c, sql, row -> String.valueOf(row.getString(1)), parameters));
    }

    public long count(String sql, @Nullable Object... parameters) {
        return database.runHere(c -> Sql.one(c, sql, row -> row.getLong(1), parameters))
                .orElseThrow();
    }

    public void execute(String sql, @Nullable Object... parameters) {
        database.runHere(c -> Sql.update(c, sql, parameters));
    }

    /** What a stage comes to; what it fails with is thrown as a {@link java.util.concurrent.CompletionException}. */
    public static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Override
    public void close() {
        database.close();
    }
}
