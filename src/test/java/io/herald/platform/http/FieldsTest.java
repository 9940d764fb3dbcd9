package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herald.kernel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    private static Fields parse(String json) {
        return Fields.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads, checks, and gives the problem. */
    private static Problem problem(String json, Consumer<Fields> reading) {
        return Objects.requireNonNull(catchThrowableOfType(Problem.class, () -> {
            Fields fields = parse(json);
            reading.accept(fields);
            fields.check();
        }));
    }

    private static List<String> pointers(Problem problem) {
        return problem.body(null).errors().stream().map(Problem.Detail::pointer).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "null",
                "\"x\"",
                "{",
                "{\"a\":1}}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{\"a\":01}",
                "{} {}"
            })
    void whatIsNoJsonObjectIsRefusedAsMalformed(String json) {
        assertThat(problem(json, fields -> {}).status()).isEqualTo(400);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        String deep = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
        assertThat(problem(deep, fields -> {}).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\u0000\"}",
                "{\"a\":{\"b\":[\"x\",\"\\ud800\"]}}",
                "{\"\\u0000\":1}",
                "{\"a\":\"\\udc00\\ud800\"}"
            })
    void textThatNoDatabaseHoldsIsRefusedWhereverItStands(String json) {
        assertThat(problem(json, Fields::names).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e400", "1e-100000"})
    void aNumberThatNoDatabaseHoldsIsRefusedWhereverItStands(String number) {
        Problem problem = problem("{\"metadata\":{\"a\":[" + number + "]}}", fields -> fields.free("metadata", 1000));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(pointers(problem)).containsExactly("/metadata/a/0");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPlace() {
        Problem problem = problem("{\"to\":1,\"~x/y\":true,\"route\":[{\"channel\":\"fax\",\"odd\":1},2]}", fields -> {
            fields.text("to", 10);
            fields.text("from", 10);
            Objects.requireNonNull(fields.objectsOrNull("route", 5))
                    .forEach(step -> step.oneOfOrNull("channel", Channel::of, "sms, rcs"));
        });
        assertThat(problem.status()).isEqualTo(400);
        assertThat(pointers(problem))
                .containsExactlyInAnyOrder("/to", "/from", "/route/0/channel", "/route/1", "/route/0/odd", "/~0x~1y");
    }

    @Test
    void malformedComesBeforeImpossible() {
        assertThat(problem("{\"a\":1}", fields -> fields.impossible("b", "can't be"))
                        .status())
                .isEqualTo(400);
        assertThat(problem("{}", fields -> fields.impossible("b", "can't be")).status())
                .isEqualTo(422);
    }

    @Test
    void nullIsAsIfItWereNotThere() {
        Fields fields = parse("{\"a\":null,\"b\":null}");
        assertThat(fields.textOrNull("a", 5)).isNull();
        assertThat(fields.has("b")).isFalse();
        assertThat(fields.mentions("b")).isTrue();
        fields.check();
    }

    @ParameterizedTest
    @CsvSource({
        "5,5",
        "5.0,5",
        "1e2,100",
        "0,",
        "101,",
        "1.5,",
        "'\"5\"',",
        "true,",
        "1e999999,",
        "-99999999999999999999,"
    })
    void wholeNumbersAreThoseWithinTheirBounds(String written, Integer read) {
        if (read == null) {
            assertThat(problem("{\"n\":" + written + "}", fields -> fields.integerOrNull("n", 1, 100))
                            .status())
                    .isEqualTo(400);
        } else {
            assertThat(parse("{\"n\":" + written + "}").integerOrNull("n", 1, 100))
                    .isEqualTo(read);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1e300", "\"1\"", "0.0001", "1e-99999999"})
    void aRateIsANumberAboveZeroAndWithinItsBound(String written) {
        assertThat(problem("{\"r\":" + written + "}", fields -> fields.rate("r", 1000))
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T13:00:00Z,2026-11-21T13:00:00Z",
        "2026-11-21T13:00:00.123456789+02:00,2026-11-21T11:00:00.123Z",
        "2026-11-21,",
        "2026-11-21T13:00:00,",
        "2026-13-21T13:00:00Z,",
        "now,",
        "+300000-01-01T00:00:00Z,",
        "+999999999-12-31T23:59:59Z,",
        "-0001-01-01T00:00:00Z,"
    })
    void timesAreThoseOfRfc3339(String written, Instant read) {
        if (read == null) {
            assertThat(problem("{\"t\":\"" + written + "\"}", fields -> fields.timeOrNull("t"))
                            .status())
                    .isEqualTo(400);
        } else {
            assertThat(parse("{\"t\":\"" + written + "\"}").timeOrNull("t")).isEqualTo(read);
        }
    }

    @Test
    void freeObjectsComeBackAsTheyAreAndHaveABound() {
        Fields fields = parse("{\"m\":{\"a\":[1,2.50,{\"b\":null}],\"c\":\"ü\"}}");
        assertThat(fields.free("m", 1000).keySet()).containsExactly("a", "c");
        fields.check();
        assertThat(problem("{\"m\":{\"a\":\"" + "x".repeat(2000) + "\"}}", f -> f.free("m", 1000))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void scalarsAreTextAsItIsWrittenAndNothingElse() {
        Fields fields = parse("{\"v\":{\"a\":\"x\",\"b\":7,\"c\":true}}");
        assertThat(fields.scalars("v", 10, 10)).isEqualTo(Map.of("a", "x", "b", "7", "c", "true"));
        assertThat(pointers(
                        problem("{\"v\":{\"a\":[],\"b\":null,\"c\":\"12345678901\"}}", f -> f.scalars("v", 10, 10))))
                .containsExactlyInAnyOrder("/v/a", "/v/b", "/v/c");
    }

    @Test
    void anItemThatIsWrongIsNotHeldAgainstTheOthers() {
        List<Fields> items = Objects.requireNonNull(
                parse("{\"items\":[{\"to\":\"a\"},{\"too\":\"b\"},3]}").itemsOrNull("items", 10));
        assertThat(items).hasSize(3);
        assertThat(items.getFirst().text("to", 5)).isEqualTo("a");
        items.getFirst().check();
        for (Fields wrong : items.subList(1, 3)) {
            wrong.text("to", 5);
            assertThat(catchThrowableOfType(Problem.class, wrong::check)).isNotNull();
        }
    }

    @Test
    void listsHaveABoundAndTheRestOfAFloodOfErrorsIsNotListed() {
        assertThat(problem("{\"l\":[1,2,3]}", f -> f.objectsOrNull("l", 2)).status())
                .isEqualTo(400);
        String many = "{"
                + String.join(
                        ",",
                        java.util.stream.IntStream.range(0, 500)
                                .mapToObj(i -> "\"f" + i + "\":1")
                                .toList()) + "}";
        assertThat(pointers(problem(many, f -> {}))).hasSize(100);
    }
}
