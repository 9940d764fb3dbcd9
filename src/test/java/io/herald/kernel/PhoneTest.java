package io.herald.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneTest {
    @ParameterizedTest
    @CsvSource({
        "+14155550107, +14155550107",
        "+1 (415) 555-0107, +14155550107",
        "+49 30 901820, +4930901820",
        "' +44 20 7946 0958 ', +442079460958",
        "+91-98765-43210, +919876543210",
        "＋14155550107, +14155550107",
        "tel:+14155550107, +14155550107"
    })
    void numbersAreReadAsPeopleWriteThem(String written, String e164) {
        assertThat(Phone.parse(written)).contains(e164);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "4155550107",
                "004930901820",
                "+1415555",
                "+1415555010700",
                "+999123456789",
                "+14155550107 ext. 12",
                "+0123456789",
                "+",
                "+1415555010712345678901234567890123456789012345"
            })
    void whatCannotBeACompleteInternationalNumberIsNone(String written) {
        assertThat(Phone.parse(written)).isEmpty();
    }

    @Test
    void aNationalNumberNeedsItsRegion() {
        assertThat(Phone.parse("030 901820", "DE")).contains("+4930901820");
        assertThat(Phone.parse("(415) 555-0107", "US")).contains("+14155550107");
        assertThat(Phone.parse("+14155550107", "DE")).contains("+14155550107");
        assertThat(Phone.parse("030 901820")).isEmpty();
    }

    @Test
    void regionsAreIsoCodes() {
        assertThat(Phone.isRegion("DE")).isTrue();
        assertThat(Phone.isRegion("de")).isFalse();
        assertThat(Phone.isRegion("XX")).isFalse();
    }

    @Test
    void whatWasReadIsReadAgainAsItself() {
        String e164 = Phone.parse("+44 20 7946 0958").orElseThrow();
        assertThat(Phone.parse(e164)).contains(e164);
    }
}
