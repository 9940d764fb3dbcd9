package io.herald.support;

import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One real PostgreSQL for the whole test run, and a new, empty database in it for whoever asks. */
public final class TestDatabase {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    /** The URL of a new, empty database, as {@code HERALD_DB_URL} takes it. */
    public static String fresh() {
        String name = "test_" + COUNT.incrementAndGet();
        try (Connection c = connect(Server.URL);
                Statement statement = c.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Server.URL.substring(0, Server.URL.lastIndexOf('/') + 1) + name;
    }

    /** Settings for the database at this URL. */
    public static DatabaseSettings settings(String url) {
        return new DatabaseSettings(url, Path.of("unused"), 8, Duration.ofMillis(2500), Duration.ofSeconds(10));
    }

    /** A plain connection to the database at this URL, for a test to look behind what it tests. */
    public static Connection connect(String url) throws SQLException {
        DatabaseSettings.Target target = settings(url).target();
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", target.password());
        return DriverManager.getConnection(target.jdbcUrl(), properties);
    }

    private static final class Server {
        static final String URL = start();

        private static String start() {
            try {
                Path home = Files.createTempDirectory("herald-test-db");
                EmbeddedDatabase database = EmbeddedDatabase.start(home);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    database.close();
                    delete(home);
                }));
                return database.url();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path home) {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
