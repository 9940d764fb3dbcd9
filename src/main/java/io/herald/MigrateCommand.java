package io.herald;

import io.herald.platform.sql.Migrations;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code migrate}: brings the database's schema up to date and ends. A server does so by itself. */
@Command(name = "migrate", description = "Bring the database's schema up to date.", mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() throws SQLException {
        CommandDatabase.run(settings -> report(Migrations.apply(settings)));
        return 0;
    }

    private static void report(int applied) {
        System.out.println(applied == 0 ? "The schema is up to date." : "Steps applied: " + applied + ".");
    }
}
