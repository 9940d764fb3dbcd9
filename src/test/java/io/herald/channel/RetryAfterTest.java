package io.herald.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    @Test
    void withoutTheHeaderNothingIsSaid() {
        assertThat(RetryAfter.of(Map.of("date", "x"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "120, 120", "3600, 3600", "3601, 3600", "999999999, 3600"})
    void secondsCountUpToAnHour(String written, long seconds) {
        assertThat(RetryAfter.of(Map.of("retry-after", written))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "99999999999999999999", "٣", "2024-01-15T12:30:00Z", "1 s"})
    void whatMakesNoSenseIsNotHeard(String written) {
        assertThat(RetryAfter.of(Map.of("retry-after", written))).isNull();
    }

    @Test
    void aDateIsTheTimeUntilThen() {
        assertThat(RetryAfter.of(Map.of("retry-after", date(120)))).isBetween(Duration.ZERO, Duration.ofMinutes(2));
        assertThat(RetryAfter.of(Map.of("retry-after", date(1_000_000)))).isEqualTo(Duration.ofHours(1));
        assertThat(RetryAfter.of(Map.of("retry-after", date(-50)))).isEqualTo(Duration.ZERO);
    }

    private static String date(long secondsFromNow) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(secondsFromNow));
    }
}
