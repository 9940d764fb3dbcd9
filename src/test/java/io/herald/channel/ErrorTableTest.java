package io.herald.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.ErrorClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTableTest {
    @ParameterizedTest
    @CsvSource({
        "400, PERMANENT_ROUTE",
        "401, PERMANENT_CONFIG",
        "403, PERMANENT_CONFIG",
        "404, PERMANENT_CONFIG",
        "405, PERMANENT_CONFIG",
        "408, RETRYABLE",
        "409, PERMANENT_ROUTE",
        "415, PERMANENT_CONFIG",
        "422, PERMANENT_ROUTE",
        "429, THROTTLED",
        "500, RETRYABLE",
        "502, RETRYABLE",
        "503, RETRYABLE",
        "504, RETRYABLE"
    })
    void anUnknownCodeGoesByItsStatus(int status, ErrorClass expected) {
        assertThat(ErrorTable.ofStatus(status)).isEqualTo(expected);
    }

    @Test
    void aTableThatIsMissingStopsTheStart() {
        assertThatThrownBy(() -> ErrorTable.load(ErrorTableTest.class, "none.properties"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none.properties");
    }
}
