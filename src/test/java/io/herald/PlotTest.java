package io.herald;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.platform.serialization.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** {@code loadtest/plot.py}, on results as the meters make them. */
final class PlotTest {

    @TempDir
    private Path home = Path.of("");

    private record Ended(int status, String said) {}

    @BeforeAll
    static void pythonIsThere() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "python3 is not on the PATH");
    }

    @Test
    void everyRunOfTheDemoIsALineOfRateAndALineOfHeap() throws Exception {
        Path progress = home.resolve("cold.json");
        Files.writeString(progress, "Imported\nrunning\n" + Json.text(demo()) + "\n");
        Path picture = home.resolve("runs.svg");
        Ended ended = plot(picture, progress.toString(), "a & b=" + file("warm", demo()));
        assertThat(ended).isEqualTo(new Ended(0, ""));
        Document svg = parsed(picture);
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(4);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("messages a second", "MB", "seconds since the start", "cold: 300", "a & b: 300");
    }

    @Test
    void resultsOfTheBenchmarkAreBars() throws Exception {
        Path picture = home.resolve("bench.svg");
        Ended ended =
                plot(picture, file("h", bench("herald")), file("s", bench("stock")), file("b", Json.text(bare())));
        assertThat(ended).isEqualTo(new Ended(0, ""));
        assertThat(parsed(picture).getDocumentElement().getTextContent())
                .contains("journal rows a second", "with views", "without views", "bare database", "microseconds");
    }

    @Test
    void theSameRunsMakeTheSamePicture() throws Exception {
        String run = file("run", demo());
        plot(home.resolve("one.svg"), run);
        plot(home.resolve("two.svg"), run);
        assertThat(home.resolve("one.svg")).hasSameTextualContentAs(home.resolve("two.svg"));
    }

    @Test
    void whatCannotBeDrawnIsSaidInOneLineAndLeavesNoPicture() throws Exception {
        Path picture = home.resolve("none.svg");
        String demo = file("demo", demo());
        ObjectNode older = demo();
        older.remove("samples");
        for (String[] runs : List.of(
                new String[] {home.resolve("missing.json").toString()},
                new String[] {file("text", "no JSON")},
                new String[] {file("other", "{}")},
                new String[] {file("older", older)},
                new String[] {demo, file("bench", bench("herald"))})) {
            Ended ended = plot(picture, runs);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.said().lines()).singleElement().asString().startsWith("plot.py: ");
        }
        assertThat(plot(Path.of(demo), demo).status()).isEqualTo(1);
        assertThat(plot(picture).status()).isEqualTo(2);
        assertThat(picture).doesNotExist();
    }

    private static ObjectNode demo() {
        ObjectNode result = Json.mapper().createObjectNode();
        result.putObject("ledger").put("targeted", 300);
        measured(result);
        return result;
    }

    private static ObjectNode bench(String journal) {
        ObjectNode result = Json.mapper().createObjectNode();
        result.put("journal", journal);
        measured(result);
        result.put("journal_rows_per_second", 900);
        result.withObject("/cpu_us_per_message").put("postgresql", 100);
        return result;
    }

    private static ObjectNode bare() {
        ObjectNode result = Json.mapper().createObjectNode();
        result.putObject("single").put("rows_per_second", 1_000);
        result.putObject("batches of 500").put("rows_per_second", 9_000);
        return result;
    }

    private static void measured(ObjectNode result) {
        RunMeter meter = new RunMeter(null);
        meter.begin();
        meter.end(300);
        meter.put(result, 300);
    }

    private String file(String name, Object content) throws IOException {
        String text = content instanceof String already ? already : Json.text(content);
        return Files.writeString(home.resolve(name + ".json"), text).toString();
    }

    private static Ended plot(Path picture, String... runs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "loadtest/plot.py", picture.toString()));
        command.addAll(List.of(runs));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static Document parsed(Path svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    }
}
