package io.herald.process;

import io.herald.support.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node in a process of its own. It keeps its port, its data and its log over its restarts. */
final class HeraldProcess implements AutoCloseable {
    static final String ADMIN_KEY = "administrator-of-the-process-tests";
    private static final Duration START = Duration.ofSeconds(40);
    private static final Duration STOP = Duration.ofSeconds(25);

    private final int port = Ports.free();
    private final Path data;
    private final Path log;
    private final Map<String, String> environment;
    private @Nullable Process process;

    HeraldProcess(Processes processes, Map<String, String> environment) {
        this.data = processes.file("server-data");
        this.log = processes.log("server");
        this.environment = new HashMap<>(Map.of(
                "HERALD_HTTP_HOST",
                "127.0.0.1",
                "HERALD_HTTP_PORT",
                Integer.toString(port),
                "HERALD_PUBLIC_URL",
                base(),
                "HERALD_REMOTE_PORT",
                "0",
                "HERALD_ADMIN_KEY",
                ADMIN_KEY,
                "HERALD_DATA_DIR",
                data.toString()));
        this.environment.putAll(environment);
    }

    String base() {
        return "http://127.0.0.1:" + port;
    }

    Client admin() {
        return new Client(base(), ADMIN_KEY);
    }

    /** Returns when it is ready. */
    void start() {
        try {
            process = Processes.herald(environment, "server")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Client anyone = new Client(base(), null);
        Until.holds("the server is ready", START, () -> {
            if (!running().isAlive()) {
                throw new AssertionError("the server ended with " + running().exitValue() + "\n" + Processes.tail(log));
            }
            return anyone.answers("/health/ready");
        });
    }

    /** What it has printed so far, on either stream. */
    List<String> printed() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code kill -9}: this process, and nothing that it started. */
    void kill() {
        running().destroyForcibly();
        exitStatus(STOP);
    }

    /** SIGTERM. */
    void terminate() {
        running().destroy();
    }

    int exitStatus(Duration patience) {
        try {
            if (!running().waitFor(patience)) {
                throw new AssertionError("the server still runs after " + patience);
            }
            return running().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("it was not started");
        }
        return process;
    }

    /** Where the embedded database listens, also when its Herald is gone. */
    String embeddedDatabaseUrl() {
        return "postgresql://postgres@127.0.0.1:" + pidFile().get(3).strip() + "/postgres";
    }

    /** The embedded database's process, where there is one. */
    Optional<ProcessHandle> embeddedDatabase() {
        List<String> lines = pidFile();
        return lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                        .filter(found -> found.info().commandLine().orElse("").contains(data.toString()));
    }

    private List<String> pidFile() {
        Path file = data.resolve("postgres").resolve("postmaster.pid");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            Processes.end(process, STOP);
        }
        embeddedDatabase().ifPresent(orphan -> {
            PostgresProcess.signal(orphan, "QUIT");
            Until.holds("the embedded database ends", STOP, () -> !orphan.isAlive());
        });
    }
}
