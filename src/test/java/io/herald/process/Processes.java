package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of one test. Whatever becomes of the test, they end with it and their files go, all but the logs under
 * {@code target/process}; where it failed, the ends of these are printed.
 */
final class Processes implements BeforeEachCallback, AfterEachCallback {
    private static final int SHOWN = 12_000;

    private final List<AutoCloseable> started = new ArrayList<>();
    private final List<Path> logs = new ArrayList<>();
    private Path home = Path.of("target", "process");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        home = Path.of(
                        "target",
                        "process",
                        context.getRequiredTestClass().getSimpleName() + "-"
                                + context.getRequiredTestMethod().getName())
                .toAbsolutePath();
        delete(home);
        Files.createDirectories(home);
    }

    /** A node on its own embedded database. */
    HeraldProcess server() {
        return server(Map.of());
    }

    /** A node on the database at this URL. */
    HeraldProcess server(String databaseUrl) {
        return server(Map.of("HERALD_DB_URL", databaseUrl));
    }

    private HeraldProcess server(Map<String, String> environment) {
        HeraldProcess server = new HeraldProcess(this, environment);
        started.add(server);
        server.start();
        return server;
    }

    /** @param faults as {@code --faults} takes them */
    SimulatorProcess simulator(String faults) {
        SimulatorProcess simulator = new SimulatorProcess(this, faults);
        started.add(simulator);
        simulator.awaitReady();
        return simulator;
    }

    PostgresProcess postgres() {
        PostgresProcess postgres = new PostgresProcess(file("postgres"), log("postgres"));
        started.add(postgres);
        postgres.start();
        return postgres;
    }

    /** A file or directory of this test. */
    Path file(String name) {
        return home.resolve(name);
    }

    /** A log file, shown where the test fails. */
    Path log(String name) {
        Path log = home.resolve(name + ".log");
        if (!logs.contains(log)) {
            logs.add(log);
        }
        return log;
    }

    /**
     * The command line that runs Herald as it would be installed, with these settings and none of the machine's. It lives for
     * seconds, so the costly half of compilation is left out.
     */
    static ProcessBuilder herald(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-classpath",
                classPath(),
                "io.herald.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("HERALD_"));
        builder.environment().putAll(new LinkedHashMap<>(environment));
        return builder;
    }

    /** A command that ended: its exit status, standard output and standard error. */
    record Ended(int status, String out, String err) {}

    /** Runs a command to its end, which must come within the patience. */
    Ended run(Duration patience, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = log(arguments[0] + "-out");
        Path err = log(arguments[0] + "-err");
        Process process = herald(environment, arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(patience))
                    .as("%s ends", String.join(" ", arguments))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            end(process, Duration.ofSeconds(25));
        }
    }

    /** Without the tests' own classes and resources. */
    private static String classPath() {
        return String.join(
                java.io.File.pathSeparator,
                Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
                        .filter(entry -> !entry.contains("test-classes"))
                        .toList());
    }

    /** Ends it as it would end by itself, or else at once. */
    static void end(Process process, Duration patience) {
        process.destroy();
        try {
            if (process.waitFor(patience)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        boolean failed = context.getExecutionException().isPresent();
        for (AutoCloseable one : started.reversed()) {
            one.close();
        }
        if (failed) {
            for (Path log : logs) {
                System.out.println("==== " + log + "\n" + tail(log));
            }
        }
        try (Stream<Path> entries = Files.list(home)) {
            for (Path entry : entries.toList()) {
                if (!logs.contains(entry)) {
                    delete(entry);
                }
            }
        }
    }

    static String tail(Path log) {
        try {
            String all = Files.exists(log) ? Files.readString(log) : "";
            return all.substring(Math.max(0, all.length() - SHOWN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
