package io.herald.platform.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    record Thing(String firstName, @Nullable Integer howMany, Instant at, List<String> parts) {}

    private static final Thing THING =
            new Thing("Zoë \"Z\"", null, Instant.parse("2026-11-21T12:00:00.120Z"), List.of());

    @Test
    void namesAreInSnakeCaseTimesInRfc3339AndWhatIsAbsentIsLeftOut() {
        assertThat(Json.text(THING))
                .isEqualTo("{\"first_name\":\"Zoë \\\"Z\\\"\",\"at\":\"2026-11-21T12:00:00.120Z\",\"parts\":[]}");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(Json.read(Json.bytes(THING), Thing.class)).isEqualTo(THING);
        assertThat(Json.read(Json.text(Map.of("a", 1, "b", List.of("x"))), Json.OBJECT))
                .isEqualTo(Map.of("a", 1, "b", List.of("x")));
        assertThat(Json.tree(Optional.empty()).isNull()).isTrue();
    }

    @Test
    void fieldsThatALaterVersionAddedArePassedOver() {
        assertThat(Json.read(
                        "{\"first_name\":\"a\",\"at\":\"2026-11-21T12:00:00Z\",\"parts\":[],\"new\":{}}", Thing.class))
                .isEqualTo(new Thing("a", null, Instant.parse("2026-11-21T12:00:00Z"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1,\"a\":2}", "{} {}", "{'a':1}", "{\"a\":NaN}", "// x\n{}", "{\"a\":1,}"})
    void whatIsNotExactlyOneJsonValueIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text, Json.OBJECT)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void nestingAndNumbersHaveBounds() {
        assertThatThrownBy(() -> Json.read("[".repeat(65) + "]".repeat(65), Object[].class))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Json.read("{\"a\":" + "1".repeat(101) + "}", Json.OBJECT))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void fractionsAreExact() {
        assertThat(Json.text(Json.read("{\"a\":0.1000000000000000055511151231257827}", Json.OBJECT)))
                .isEqualTo("{\"a\":0.1000000000000000055511151231257827}");
    }

    /** Journals as it is told to, and knows its family by name. */
    static final class Serializer extends JsonEventSerializer<Thing, Optional<Thing>> {
        @SuppressWarnings("unchecked")
        Serializer() {
            super(
                    77,
                    "thing",
                    Thing.class,
                    (Class<Optional<Thing>>) (Class<?>) Optional.class,
                    Optional::orElseThrow,
                    Optional::of);
        }
    }

    @Test
    void aSerializerWritesTheEventAloneUnderTheNameOfItsFamily() {
        Serializer serializer = new Serializer();
        byte[] bytes = serializer.toBinary(Optional.of(THING));
        assertThat(serializer.manifest(Optional.of(THING))).isEqualTo("thing");
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(Json.text(THING));
        assertThat(serializer.fromBinary(bytes, "thing")).isEqualTo(Optional.of(THING));
        assertThatThrownBy(() -> serializer.fromBinary(bytes, "another")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> serializer.fromBinary(Arrays.copyOf(bytes, 5), "thing"))
                .isInstanceOf(UncheckedIOException.class);
    }
}
