package io.herald.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.platform.SettingsException;
import io.herald.support.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsTest {

    @Test
    void threeThatStartAtOnceApplyEachStepOnceBetweenThem()
            throws InterruptedException, ExecutionException, SQLException {
        String url = TestDatabase.fresh();
        int applied = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> nodes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                nodes.add(threads.submit(() -> Migrations.apply(TestDatabase.settings(url))));
            }
            for (Future<Integer> node : nodes) {
                applied += node.get();
            }
        }
        try (Connection c = TestDatabase.connect(url)) {
            long steps = Sql.one(c, "SELECT count(*) FROM flyway_schema_history WHERE success", row -> row.getLong(1))
                    .orElseThrow();
            assertThat(applied).isEqualTo((int) steps).isPositive();
            assertThat(Sql.one(c, "SELECT count(*) FROM event_journal", row -> row.getLong(1)))
                    .contains(0L);
        }
        assertThat(Migrations.apply(TestDatabase.settings(url))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:p@h/db",
                "postgresql://h",
                "postgresql://u:p@h:5432/",
                "postgresql://u:p@h:x/db",
                "a b"
            })
    void aUrlOfAnotherFormIsRefusedWithALineThatNamesTheKey(String url) {
        DatabaseSettings settings =
                new DatabaseSettings(url, Path.of("unused"), 1, Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThatThrownBy(settings::target)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HERALD_DB_URL")
                .hasMessageContaining("postgresql://user:password@host:port/db");
    }

    @Test
    void aUrlsPartsAreReadAsTheyAreWritten() {
        DatabaseSettings settings = TestDatabase.settings("postgresql://me:p%40ss%3Aword@db.example/herald?ssl=true");
        assertThat(settings.target())
                .isEqualTo(new DatabaseSettings.Target(
                        "jdbc:postgresql://db.example:5432/herald?ssl=true", "me", "p@ss:word"));
    }
}
