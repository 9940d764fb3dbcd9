package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.serialization.Json;
import io.herald.process.Processes.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a shell sees it: exit status, standard output, standard error. */
@Timeout(100)
class CommandLineTest {
    private static final int WRONG_SETTING = 2;

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HERALD_HTTP_PORT      | eighty
                    HERALD_HTTP_PORT      | 70000
                    HERALD_REMOTE_PORT    | -1
                    HERALD_PUBLIC_URL     | herald.example.com
                    HERALD_DB_URL         | mysql://localhost/herald
                    HERALD_DB_POOL_SIZE   | many
                    HERALD_DB_POOL_SIZE   | 0
                    HERALD_HTTP_HOST      | 192.0.2.1
                    HERALD_SEED_NODES     | somewhere
                    HERALD_REQUEST_TIMEOUT| soon
                    HERALD_DEFAULT_TIER   | golden
                    HERALD_DATA_DIR       | /dev/null
                    """)
    void aWrongSettingStopsTheStartWithOneLineThatNamesItsKey(String variable, String value) throws Exception {
        theStartStopsNaming(variable, Map.of(variable, value));
    }

    @ParameterizedTest
    @CsvSource({"HERALD_HTTP_PORT", "HERALD_REMOTE_PORT"})
    void aPortInUseStopsTheStartWithOneLineThatNamesItsKey(String variable) throws Exception {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            theStartStopsNaming(variable, Map.of(variable, Integer.toString(used.getLocalPort())));
        }
    }

    @Test
    void aDatabaseThatIsNotThereStopsTheStartWithOneLineThatNamesItsKey() throws Exception {
        theStartStopsNaming(
                "HERALD_DB_URL", Map.of("HERALD_DB_URL", "postgresql://postgres@127.0.0.1:" + Ports.free() + "/none"));
    }

    @Test
    void aWrongFaultAndAPortInUseStopTheSimulatorToo() throws Exception {
        Ended fault = run(Map.of(), "simulator", "--port", "0", "--faults", "latency=fast");
        assertThat(fault.status()).as(fault.err()).isEqualTo(WRONG_SETTING);
        assertThat(errLines(fault)).singleElement().asString().contains("latency");
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended port = run(Map.of(), "simulator", "--port", Integer.toString(used.getLocalPort()));
            assertThat(port.status()).as(port.err()).isEqualTo(WRONG_SETTING);
            assertThat(errLines(port)).singleElement().asString().contains("--port");
        }
    }

    @Test
    void helpAndVersionAreSaidAndEndWell() throws Exception {
        Ended help = run(Map.of(), "--help");
        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("server", "demo", "simulator", "bench", "views", "migrate");
        Ended version = run(Map.of(), "--version");
        assertThat(version.status()).isZero();
        assertThat(version.out()).contains("Herald ", "Java");
        Ended unknown = run(Map.of(), "serve");
        assertThat(unknown.status()).isEqualTo(WRONG_SETTING);
        assertThat(unknown.err()).contains("serve");
    }

    @Test
    void theDemoEndsWithOneObjectWhoseCountsAgree() throws Exception {
        Ended demo = run(
                Map.of(
                        "HERALD_HTTP_PORT",
                        Integer.toString(Ports.free()),
                        "HERALD_REMOTE_PORT",
                        "0",
                        "HERALD_DATA_DIR",
                        processes.file("demo").toString()),
                "demo",
                "--recipients",
                "300",
                "--exit",
                "--json");
        assertThat(demo.status()).as(demo.err()).isZero();
        List<String> lines = demo.out().lines().toList();
        JsonNode result = Json.read(lines.getLast().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(result.path("ledger").path("targeted").asInt()).isEqualTo(300);
        assertThat(result.path("ledger").path("balanced").asBoolean()).isTrue();
        assertThat(result.path("simulator").path("accepted").asInt()).isPositive();
        assertThat(result.path("agrees").asBoolean()).isTrue();
        itsCourseEndsWith(300, result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"herald", "stock"})
    void theBenchmarkEndsWithOneObjectAndEveryMessageInTheJournal(String journal) throws Exception {
        Ended bench = run(
                Map.of("HERALD_DATA_DIR", processes.file("bench").toString()),
                "bench",
                "--journal",
                journal,
                "--messages",
                "1000",
                "--warm-up",
                "200",
                "--json");
        assertThat(bench.status()).as(bench.err()).isZero();
        JsonNode result =
                Json.read(bench.out().lines().toList().getLast().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(result.path("journal").asText()).isEqualTo(journal);
        assertThat(result.path("journal_rows").asInt()).isEqualTo(3_000);
        assertThat(result.path("messages_per_second").asInt()).isPositive();
        assertThat(result.path("rows_per_commit").has("p99")).isEqualTo(journal.equals("herald"));
        assertThat(result.path("agrees").asBoolean()).isTrue();
        itsCourseEndsWith(1_000, result);
    }

    private static void itsCourseEndsWith(int messages, JsonNode result) {
        assertThat(result.path("cpu_us_per_message").path("jvm").asDouble()).isPositive();
        assertThat(result.path("cpu_us_per_message").path("postgresql").asDouble())
                .isPositive();
        assertThat(result.path("first_tenth_per_second").asInt()).isPositive();
        assertThat(result.path("last_tenth_per_second").asInt()).isPositive();
        JsonNode samples = result.path("samples");
        assertThat(samples.path(0).path("seconds").asDouble()).isZero();
        JsonNode last = samples.path(samples.size() - 1);
        assertThat(last.path("seconds").asDouble())
                .isEqualTo(result.path("seconds").asDouble());
        assertThat(last.path("messages").asInt()).isEqualTo(messages);
        assertThat(last.path("heap_used_mb").asInt()).isPositive();
    }

    private void theStartStopsNaming(String variable, Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HERALD_HTTP_HOST",
                "127.0.0.1",
                "HERALD_HTTP_PORT",
                "0",
                "HERALD_REMOTE_PORT",
                "0",
                "HERALD_DATA_DIR",
                processes.file("data").toString()));
        environment.putAll(settings);
        Ended ended = run(environment, "server");
        assertThat(ended.status()).as(ended.err()).isEqualTo(WRONG_SETTING);
        assertThat(errLines(ended)).as(ended.err()).singleElement().asString().contains(variable);
        assertThat(ended.out()).as("stack traces").doesNotContain("\tat ", "\"level\":\"ERROR\"");
    }

    private Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return processes.run(Duration.ofSeconds(60), environment, arguments);
    }

    private static List<String> errLines(Ended ended) {
        return ended.err().lines().filter(line -> !line.isBlank()).toList();
    }
}
