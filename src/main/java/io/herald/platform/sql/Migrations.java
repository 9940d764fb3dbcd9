package io.herald.platform.sql;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema up to date. Several nodes may try at once: the database's own lock lets one work and the others wait. */
public final class Migrations {
    private Migrations() {}

    /** @return how many steps were applied */
    public static int apply(DatabaseSettings settings) {
        DatabaseSettings.Target target = settings.target();
        try {
            return Flyway.configure()
                    .dataSource(target.jdbcUrl(), target.user(), target.password())
                    .locations("classpath:db/migration")
                    .connectRetries(10)
                    .connectRetriesInterval(3)
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException e) {
            throw new io.herald.platform.SettingsException(
                    "HERALD_DB_URL: the database could not be migrated: " + firstLine(e));
        }
    }

    private static String firstLine(FlywayException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage().strip();
        return message.lines().findFirst().orElse("no reason given");
    }
}
