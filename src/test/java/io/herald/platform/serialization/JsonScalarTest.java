package io.herald.platform.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonScalarTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-7, -7",
        "1.50, 1.50",
        "100.00, 100.00",
        "1000.0, 1000.0",
        "0.00000012, 0.00000012",
        "1e3, 1000",
        "12345678901234567890, 12345678901234567890",
        "1e999999, 1E+999999",
        "true, true",
        "\"a b\", a b"
    })
    void aScalarReadsAsItWasWritten(String json, String expected) throws JsonProcessingException {
        assertThat(Json.scalar(Json.mapper().readTree(json))).isEqualTo(expected);
    }
}
