package io.herald.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.platform.SettingsException;
import io.herald.support.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @TempDir
    private Path home;

    /** A Herald that is going to be killed: starts the database, says where it is, and waits. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
            System.out.println("url " + database.url());
            System.out.flush();
            int end = System.in.read();
            System.out.println("told to end: " + end);
        }
    }

    private static String urlOf(Process victim) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("url ")) {
                return line.substring(4);
            }
        }
        throw new AssertionError("the other process ended");
    }

    private long serverPid() throws IOException {
        return Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid"))
                .getFirst()
                .strip());
    }

    @Test
    void aDirectoryHasOneHeraldAndAnOrphanOfAKilledOneIsStoppedByTheNext()
            throws IOException, InterruptedException, SQLException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        ProcessHandle orphan = null;
        try {
            String url = urlOf(victim);
            try (Connection c = TestDatabase.connect(url)) {
                Sql.update(c, "CREATE TABLE kept (id int)");
                Sql.update(c, "INSERT INTO kept VALUES (7)");
            }
            assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("HERALD_DATA_DIR")
                    .hasMessageContaining("in use by another Herald");
            orphan = ProcessHandle.of(serverPid()).orElseThrow();
            victim.destroyForcibly();
            assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(orphan.isAlive()).as("the server outlives its Herald").isTrue();

            try (EmbeddedDatabase next = EmbeddedDatabase.start(home);
                    Connection c = TestDatabase.connect(next.url())) {
                assertThat(orphan.isAlive()).isFalse();
                assertThat(Sql.list(c, "SELECT id FROM kept", row -> row.getInt(1)))
                        .containsExactly(7);
                assertThat(Sql.one(c, "SHOW fsync", row -> row.getString(1))).contains("on");
            }
            assertThat(Files.exists(home.resolve("postgres/postmaster.pid"))).isFalse();
        } finally {
            victim.destroyForcibly();
            if (orphan != null) {
                orphan.destroyForcibly();
            }
        }
    }
}
