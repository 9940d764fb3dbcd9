package io.herald;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.platform.SettingsException;
import io.herald.platform.serialization.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: what the journal and its views can do on this machine. */
@Command(
        name = "bench",
        description =
                "Measure the journal: a campaign's messages, three journal rows each, against an embedded database of its own.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

    @Option(
            names = "--messages",
            description = "How many are measured (default: ${DEFAULT-VALUE}).",
            defaultValue = "200000")
    private int messages = 200_000;

    @Option(
            names = "--warm-up",
            description = "How many go before them, unmeasured (default: ${DEFAULT-VALUE}).",
            defaultValue = "100000")
    private int warmUp = 100_000;

    @Option(
            names = "--window",
            description = "How many are under way at once (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int window = 1_000;

    @Option(
            names = "--journal",
            description =
                    "Herald's own or that of akka-persistence-r2dbc: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "herald")
    private BenchJournal journal = BenchJournal.HERALD;

    @Option(names = "--json", description = "Print one JSON object last; nothing else to standard output.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (messages < 1 || warmUp < 0 || window < 1) {
            throw new SettingsException("--messages and --window must be at least 1, --warm-up at least 0");
        }
        Config given = ConfigFactory.load();
        Path home = Path.of(given.getString("herald.data-dir")).resolve("bench");
        DemoFiles.clear(home);
        DemoFiles.logTo(home.resolve("bench.log"));
        Config config = ConfigFactory.parseMap(Map.of(
                        "herald.data-dir",
                        home.toString(),
                        "herald.db.url",
                        "",
                        "akka.remote.artery.canonical.port",
                        0))
                .withFallback(given);
        try (Bench bench = Bench.start(config, journal)) {
            if (!json) {
                System.out.printf("%,d messages to warm up, then %,d to measure...%n", warmUp, messages);
            }
            ObjectNode result = bench.run(messages, warmUp, window);
            if (!json) {
                result.remove("samples");
            }
            System.out.println(
                    json
                            ? Json.text(result)
                            : Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
            return result.path("agrees").asBoolean() ? 0 : Main.FAILED;
        }
    }
}
