package io.herald.platform.sql;

import io.herald.platform.SettingsException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server as a child process, its files in a directory of its own. It outlives a killed Herald; the next start
 * on the same directory stops such an orphan first. One Herald at a time may use a directory.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String PID_FILE = "postmaster.pid";

    private final EmbeddedPostgres server;
    private final Optional<ProcessHandle> process;
    private final FileChannel lockFile;
    private final FileLock lock;

    private EmbeddedDatabase(
            EmbeddedPostgres server, Optional<ProcessHandle> process, FileChannel lockFile, FileLock lock) {
        this.server = server;
        this.process = process;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** @param home where the server's files are or will be */
    public static EmbeddedDatabase start(Path home) {
        try {
            Path directory = home.toAbsolutePath();
            Files.createDirectories(directory);
            FileChannel lockFile = FileChannel.open(
                    directory.resolve("herald.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(lockFile, home);
            Path data = directory.resolve("postgres");
            stopOrphan(data);
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(30))
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("fsync", "on") // the library turns it off; Herald promises durability
                    .setServerConfig("shared_buffers", "128MB")
                    .setServerConfig("max_wal_size", "2GB")
                    .setServerConfig("checkpoint_timeout", "15min")
                    .setServerConfig("wal_compression", "on")
                    .setServerConfig("autovacuum_naptime", "20s")
                    .setServerConfig("max_connections", "100")
                    .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("postgres.log").toFile()))
                    .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("postgres.log").toFile()))
                    .start();
            return new EmbeddedDatabase(server, serverOf(data), lockFile, lock);
        } catch (IOException | IllegalStateException e) {
            throw new SettingsException("HERALD_DATA_DIR: the embedded database did not start in " + home + ": "
                    + e.getMessage() + " (see postgres.log there)");
        }
    }

    /** CPU that the server's processes have used, as far as they are still there. */
    public Duration cpu() {
        return process.map(server -> Stream.concat(Stream.of(server), server.descendants())
                        .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                        .reduce(Duration.ZERO, Duration::plus))
                .orElse(Duration.ZERO);
    }

    public String url() {
        return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres";
    }

    private static FileLock tryLock(FileChannel file, Path home) throws IOException {
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("this process holds the lock itself", e);
        }
        file.close();
        throw new SettingsException("HERALD_DATA_DIR: " + home + " is in use by another Herald");
    }

    /** A server whose Herald was killed: named by its pid file, and known by its command line. */
    private static void stopOrphan(Path data) throws IOException {
        if (!Files.exists(data.resolve(PID_FILE))) {
            return;
        }
        Optional<ProcessHandle> orphan = serverOf(data);
        if (orphan.isPresent() && isServerOf(orphan.get(), data)) {
            LOG.atInfo().addKeyValue("pid", orphan.get().pid()).log("stopping an orphaned embedded PostgreSQL");
            signal(orphan.get(), "INT", Duration.ofSeconds(10));
            signal(orphan.get(), "QUIT", Duration.ofSeconds(5));
        }
        Files.deleteIfExists(data.resolve("epg-lock"));
    }

    /** The process that the data's pid file names, whatever it is by now. */
    private static Optional<ProcessHandle> serverOf(Path data) throws IOException {
        List<String> lines = Files.readAllLines(data.resolve(PID_FILE));
        return lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    }

    private static boolean isServerOf(ProcessHandle process, Path data) {
        String line = process.info().commandLine().orElse("");
        return line.contains("postgres") && line.contains(data.toString());
    }

    /** PostgreSQL tells its ways of stopping apart by signal: INT ends sessions, QUIT ends at once. */
    private static void signal(ProcessHandle process, String signal, Duration patience) throws IOException {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.debug("still there after {}", signal);
        }
    }

    @Override
    public void close() {
        try (lockFile;
                lock) {
            server.close();
        } catch (IOException e) {
            LOG.warn("the embedded database did not stop cleanly", e);
        }
    }
}
