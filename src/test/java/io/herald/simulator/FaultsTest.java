package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
    @Test
    void aSpecAndJsonSayTheSame(@TempDir Path directory) throws IOException {
        Faults spec = Faults.parse("latency=20ms, error=0.02, throttle=50, incapable=0.1, incapable_mode=failed,"
                + " codes=21610:0.01;21211:0.02, callbacks=all, callback_late_by=1.5s, seed=9");
        String json = """
                {"latency":"20ms","error":0.02,"throttle":50,"incapable":0.1,"incapable_mode":"failed",
                "codes":{"21610":0.01,"21211":0.02},"callbacks":"all","callback_late_by":"1.5s","seed":9}
                """;
        Path file = Files.writeString(directory.resolve("faults.json"), json);
        assertThat(Faults.parse(json)).isEqualTo(spec);
        assertThat(Faults.parse("@" + file)).isEqualTo(spec);
        assertThat(spec.answers().latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(spec.answers().throttle()).isEqualTo(50);
        assertThat(spec.fates().codes()).isEqualTo(Map.of(21610, 0.01, 21211, 0.02));
        assertThat(spec.reports().states()).isEqualTo(Faults.States.ALL);
        assertThat(spec.reports().lateBy()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(spec.seed()).isEqualTo(9);
    }

    @Test
    void nothingIsWrongByDefault() {
        assertThat(Faults.parse("")).isEqualTo(Faults.none());
        assertThat(Faults.none().reports().delay()).isEqualTo(Duration.ofMillis(50));
        assertThat(Faults.none().fates().incapableMode()).isEqualTo(Faults.IncapableMode.REFUSED);
    }

    @Test
    void aChangeLeavesTheRestAlone() {
        Faults changed = Faults.parse("latency=20ms,error=0.5,codes=21610:0.1").with("{\"error\":0}");
        assertThat(changed).isEqualTo(Faults.parse("latency=20ms,codes=21610:0.1"));
    }

    @Test
    void writtenFaultsAreReadAsTheyWere() {
        Faults faults = Faults.parse("latency=1500us,read=0.25,codes=30005:1,callback_drop=0.125");
        assertThat(Faults.parse(FaultsFormat.write(faults).toString())).isEqualTo(faults);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "latncy=20ms|latncy",
                "latency=20|latency",
                "latency=-1ms|latency",
                "latency=2h|latency",
                "latency=999999999m|latency",
                "latency=61m|latency",
                "error=2|error",
                "error=often|error",
                "error=NaN|error",
                "throttle=1.5|throttle",
                "throttle=-1|throttle",
                "incapable_mode=sometimes|incapable_mode",
                "codes=21610|codes",
                "codes=abc:0.1|codes",
                "codes=21610:0.6;21211:0.6|codes",
                "callbacks=some|callbacks",
                "latency|latency",
                "{\"error\":[1]}|error",
                "{\"error\":|faults",
                "[1]|[1]",
                "@/no/such/file|/no/such/file"
            })
    void aMistakeIsNamedInOneLine(String text, String named) {
        assertThatThrownBy(() -> Faults.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .message()
                .doesNotContain("\n");
    }
}
