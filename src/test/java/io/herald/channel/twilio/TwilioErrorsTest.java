package io.herald.channel.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.ErrorTable;
import io.herald.kernel.ErrorClass;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table beside the adapter against Twilio's dictionary of errors, sorted by what is to be done about each. */
class TwilioErrorsTest {
    private static final Map<ErrorClass, String> EXPECTED = new EnumMap<>(Map.of(
            ErrorClass.THROTTLED,
            "20429 21611 30001 30022 30023 30027 63017 63018 63038",
            ErrorClass.RETRYABLE,
            "20500 20503 30003 30008 30017 30020 30021 30410 63009 63010 63012 63019",
            ErrorClass.PERMANENT_CONFIG,
            "20003 20005 20006 20008 20404 21212 21603 21609 21616 21701 21703-21705 30002 30018 30024 30032 30034"
                    + " 63001 63002 63007 63008 63020 63035",
            ErrorClass.PERMANENT_ROUTE,
            "21408 21606 21608 21621 21622 21624 30010 30012 30013 30014 30015 30016",
            ErrorClass.PERMANENT_RECIPIENT,
            "21211 21604 21612 21614 21635 30004 30005 30006 30450 63003 63024 63032",
            ErrorClass.CHANNEL_UNAVAILABLE,
            "30011 63036",
            ErrorClass.PERMANENT_CONTENT,
            "21602 21617 21618 21620 21623 21654-21656 30007 30019 63005 63006 63013 63016 63021 63026-63030 63034 63041",
            ErrorClass.OPTED_OUT,
            "21610 63014 63033",
            ErrorClass.EXPIRED,
            "30036"));

    private static Stream<String> codes(String written) {
        return Arrays.stream(written.split(" ", -1)).flatMap(one -> {
            String[] ends = one.split("-", -1);
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .mapToObj(Integer::toString);
        });
    }

    @Test
    void everyCodeOfTheDictionaryIsInItsClass() {
        ErrorTable table = ErrorTable.load(TwilioAdapter.class, "errors.properties");
        Map<String, ErrorClass> expected = new TreeMap<>();
        Map<String, ErrorClass> actual = new TreeMap<>();
        EXPECTED.forEach((errorClass, written) -> codes(written).forEach(code -> {
            expected.put(code, errorClass);
            table.of(code).ifPresent(found -> actual.put(code, found));
        }));
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void theTableHasNothingElse() throws IOException {
        Properties written = new Properties();
        try (InputStream in = TwilioAdapter.class.getResourceAsStream("errors.properties")) {
            written.load(in);
        }
        Set<String> known = EXPECTED.values().stream()
                .flatMap(TwilioErrorsTest::codes)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written.stringPropertyNames()).isEqualTo(known);
    }
}
