package io.herald.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.serialization.Json;
import io.herald.support.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of a demo whose campaign is over. */
final class PageTest {
    private static final Duration DEMO = Duration.ofMinutes(2);
    private static final int RECIPIENTS = 300;
    private static final List<String> LEDGER = List.of(
            "targeted", "suppressed", "waiting", "in_flight", "accepted", "failed", "unknown", "expired", "cancelled");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static @Nullable Path home;

    private static final Optional<Path> CHROMIUM = Browser.find();
    private static int port;
    private static @Nullable Process demo;

    @BeforeAll
    static void aCampaignIsOver() throws IOException {
        if (CHROMIUM.isEmpty()) {
            return;
        }
        port = freePort();
        Path out = home().resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "io.herald.Main",
                        "demo",
                        "--recipients",
                        Integer.toString(RECIPIENTS))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HERALD_"));
        builder.environment().put("HERALD_HTTP_PORT", Integer.toString(port));
        builder.environment().put("HERALD_REMOTE_PORT", "0");
        builder.environment().put("HERALD_DATA_DIR", home().resolve("data").toString());
        Process started = builder.start();
        demo = started;
        Until.holds(() -> "the demo is over; it said:\n" + read(out), DEMO, () -> {
            if (!started.isAlive()) {
                throw new AssertionError("the demo ended by itself:\n" + read(out));
            }
            return read(out).contains("Herald goes on serving");
        });
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (demo != null) {
            demo.destroy();
            if (!demo.waitFor(Duration.ofSeconds(25))) {
                demo.destroyForcibly();
            }
        }
    }

    @BeforeEach
    void chromiumIsThere() {
        assumeTrue(CHROMIUM.isPresent(), "none of " + Browser.NAMES + " is on the PATH");
    }

    @Test
    void thePageShowsTheBooksThatTheApiTells() throws Exception {
        Browser.Shown page = browser().open(base() + "/");

        JsonNode shown = get("/demo", null);
        JsonNode stats = get(
                "/api/v1/campaigns/" + shown.path("campaign_id").asText() + "/stats",
                shown.path("api_key").asText());
        assertThat(stats.path("ledger").path("targeted").asLong()).isEqualTo(RECIPIENTS);
        for (String place : LEDGER) {
            String expected = String.format(
                    Locale.ENGLISH, "%,d", stats.path("ledger").path(place).asLong());
            assertThat(cell(page, place)).as(place).isEqualTo(expected);
        }
        assertThat(cell(page, "balanced")).isEqualTo("✓ balanced");
        assertThat(page.dom()).contains("role=\"status\">completed</span>");
    }

    @Test
    void thePageListsMessagesAndExplainsItself() {
        Browser.Shown page = browser().open(base() + "/");

        assertThat(page.dom())
                .contains("RCS by demo-rcs, then SMS by demo-sms")
                .contains("The books balanced at each of")
                .contains("It ended with nothing waiting and nothing in flight.")
                .contains("Why? The timeline of message ");
    }

    @Test
    void noScriptFails() {
        assertThat(browser().open(base() + "/").console()).isEmpty();
    }

    @Test
    void theContractCanBeBrowsed() {
        assumeTrue(
                PageTest.class.getResource("/openapi.yaml") != null, "there is no openapi.yaml on the class path yet");

        Browser.Shown docs = browser().open(base() + "/docs");

        assertThat(docs.dom()).contains("/api/v1/messages").contains("opblock");
        assertThat(docs.console()).isEmpty();
    }

    private static String cell(Browser.Shown page, String place) {
        Matcher cell = Pattern.compile("<td[^>]* data-place=\"" + place + "\"[^>]*>([^<]*)</td>")
                .matcher(page.dom());
        if (!cell.find()) {
            throw new AssertionError("the page does not show " + place + ":\n" + page.dom());
        }
        return cell.group(1);
    }

    private static Browser browser() {
        return new Browser(CHROMIUM.orElseThrow(), home());
    }

    private static Path home() {
        if (home == null) {
            throw new IllegalStateException("no directory was made");
        }
        return home;
    }

    private static String base() {
        return "http://localhost:" + port;
    }

    private static JsonNode get(String path, @Nullable String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path));
        if (key != null) {
            request.header("X-API-Key", key);
        }
        return Json.read(HTTP.send(request.build(), BodyHandlers.ofByteArray()).body(), JsonNode.class);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
