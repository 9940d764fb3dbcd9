package io.herald;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.kernel.Ids;
import io.herald.platform.Niceness;
import io.herald.platform.SettingsException;
import io.herald.platform.serialization.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a node, the simulator and a campaign between them, from a CSV file to closed books. */
@Command(
        name = "demo",
        description = "Send a campaign to the simulator, show its progress and its books, then go on serving.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String FAULTS = "latency=5ms,jitter=15ms,error=0.02,timeout_after_accept=0.0003,"
            + "reset_after_accept=0.0003,reset_before_accept=0.0005,incapable=0.15,undelivered=0.03,"
            + "callback_duplicate=0.03,callback_late=0.02,callback_late_by=1s,callback_before_answer=0.01";

    /** Server, simulator and database share one machine, and a demo is over before a compiler that has to queue is. */
    private static final int NICENESS = 10;

    @Option(names = "--recipients", description = "How many (default: ${DEFAULT-VALUE}).", defaultValue = "10000")
    private int recipients = 10_000;

    @Option(names = "--recipients-file", description = "A CSV file of recipients with a column phone.")
    private @Nullable Path recipientsFile;

    @Option(names = "--faults", description = "The simulator's faults (default: a bit of everything).")
    private String faults = FAULTS;

    @Option(names = "--exit", description = "End when the campaign has.")
    private boolean exit;

    @Option(names = "--json", description = "Print one JSON object last; nothing else to standard output.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (recipients < 1) {
            throw new SettingsException("--recipients must be at least 1");
        }
        if (recipientsFile != null && !Files.isReadable(recipientsFile)) {
            throw new SettingsException("--recipients-file " + recipientsFile + " can't be read");
        }
        Niceness.set(NICENESS);
        Config given = ConfigFactory.load();
        Path home = Path.of(given.getString("herald.data-dir")).resolve("demo");
        DemoFiles.clear(home);
        Path log = home.resolve("demo.log");
        DemoFiles.logTo(log);
        String adminKey = given.getString("herald.admin-key").isBlank()
                ? "demo-admin-" + Ids.secret()
                : given.getString("herald.admin-key");
        Config config = ConfigFactory.parseMap(Map.of(
                        "herald.data-dir", home.toString(),
                        "herald.admin-key", adminKey,
                        "herald.http.host", "127.0.0.1",
                        "herald.dispatch.request-timeout", "2 s",
                        "herald.dispatch.unknown.first-look-up", "500 ms"))
                .withFallback(given);
        DemoTerminal terminal = new DemoTerminal(json ? System.err : System.out);
        try (Demo demo = Demo.start(config, adminKey, SimulatorCommand.parse(faults, null), terminal)) {
            Path csv = recipientsFile == null ? DemoFiles.recipients(home, recipients) : recipientsFile;
            terminal.say("Logs go to " + log + ".");
            JsonNode result = demo.run(csv);
            if (json) {
                System.out.println(Json.text(result));
            }
            if (exit) {
                return result.path("agrees").asBoolean() ? 0 : Main.FAILED;
            }
            terminal.say("Herald goes on serving. End it with Ctrl-C.");
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop"));
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
