package io.herald.process;

import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL that can be stopped and started again where it was. Its programs are those of the one that all tests share. */
final class PostgresProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = Ports.free();
    private final Path programs = programs();
    private final Path data;
    private final Path log;
    private @Nullable Process process;

    PostgresProcess(Path data, Path log) {
        this.data = data;
        this.log = log;
        Process made =
                run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data.toString());
        try {
            if (made.waitFor() != 0) {
                throw new AssertionError("initdb failed: " + Processes.tail(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "postgresql://postgres@127.0.0.1:" + port + "/postgres";
    }

    /** Returns when it takes connections. */
    void start() {
        process = run(
                "postgres",
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=");
        Until.holds("PostgreSQL takes connections", PATIENCE, () -> {
            try (Connection c = TestDatabase.connect(url())) {
                return c.isValid(1);
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /** What {@code pg_ctl stop -m immediate} does. Returns when it has ended. */
    void stopAtOnce() {
        Process stopping = process;
        if (stopping != null) {
            signal(stopping.toHandle(), "QUIT");
            Until.holds("PostgreSQL ends", PATIENCE, () -> !stopping.isAlive());
        }
    }

    static void signal(ProcessHandle process, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** PostgreSQL refuses to run as root, and runs for one who is root outside its own user namespace only. */
    private Process run(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path programs() {
        try (Connection c = TestDatabase.connect(TestDatabase.fresh());
                Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT setting FROM pg_config WHERE name = 'BINDIR'")) {
            row.next();
            return Path.of(row.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stopAtOnce();
    }
}
