package io.herald;

import com.typesafe.config.ConfigFactory;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.EmbeddedDatabase;
import java.sql.SQLException;

/** The database of a command that works on it and ends: the one that is set, or the embedded one, started for as long as it takes. */
final class CommandDatabase {
    private CommandDatabase() {}

    /** What is done with a database that can be reached. */
    @FunctionalInterface
    interface Work {
        void on(DatabaseSettings settings) throws SQLException;
    }

    static void run(Work work) throws SQLException {
        DatabaseSettings settings =
                ApplicationSettings.from(ConfigFactory.load()).database();
        if (settings.url() != null) {
            work.on(settings);
            return;
        }
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(settings.dataDir())) {
            work.on(settings.withUrl(embedded.url()));
        }
    }
}
