package io.herald.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmsTextTest {
    private static final String PARTY = "\uD83C\uDF89";

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "159,1", "160,1", "161,2", "306,2", "307,3", "459,3", "460,4"})
    void plainTextTakesASeptetACharacter(int length, int parts) {
        assertThat(SmsText.segments("x".repeat(length))).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "69,1", "70,1", "71,2", "134,2", "135,3", "201,3", "202,4"})
    void anyOtherTextTakesTwoOctetsACharacter(int length, int parts) {
        assertThat(SmsText.segments("ж".repeat(length))).isEqualTo(parts);
    }

    @Test
    void oneForeignCharacterChangesTheEncodingOfTheWholeText() {
        assertThat(SmsText.segments("x".repeat(100))).isEqualTo(1);
        assertThat(SmsText.segments("x".repeat(100) + "ж")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^", "{", "}", "\\", "[", "~", "]", "|", "€", "\f"})
    void anEscapedCharacterTakesTwoSeptets(String escaped) {
        assertThat(SmsText.isGsm7(escaped)).isTrue();
        assertThat(SmsText.segments("x".repeat(158) + escaped)).isEqualTo(1);
        assertThat(SmsText.segments("x".repeat(159) + escaped)).isEqualTo(2);
        assertThat(SmsText.segments(escaped.repeat(80))).isEqualTo(1);
        assertThat(SmsText.segments(escaped.repeat(81))).isEqualTo(2);
    }

    @Test
    void anEscapedCharacterIsNotSplitBetweenTwoParts() {
        // 306 septets that would fill two parts, were it not for the pair that lies across their border.
        assertThat(SmsText.segments("x".repeat(152) + "€" + "x".repeat(152))).isEqualTo(3);
        assertThat(SmsText.segments("x".repeat(151) + "€" + "x".repeat(153))).isEqualTo(2);
        // 76 pairs a part, with a septet to spare in each.
        assertThat(SmsText.segments("€".repeat(152))).isEqualTo(2);
        assertThat(SmsText.segments("€".repeat(153))).isEqualTo(3);
    }

    @Test
    void aSurrogatePairTakesTwoUnitsAndIsNotSplit() {
        assertThat(SmsText.segments(PARTY.repeat(35))).isEqualTo(1);
        assertThat(SmsText.segments(PARTY.repeat(36))).isEqualTo(2);
        assertThat(SmsText.segments(PARTY.repeat(66))).isEqualTo(2);
        assertThat(SmsText.segments(PARTY.repeat(67))).isEqualTo(3);
        assertThat(SmsText.segments("ж".repeat(66) + PARTY + "ж".repeat(66))).isEqualTo(3);
        assertThat(SmsText.segments("ж".repeat(65) + PARTY + "ж".repeat(67))).isEqualTo(2);
    }

    @Test
    void theBasicAlphabetIsThatOfTheStandard() {
        assertThat(SmsText.isGsm7("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"))
                .isTrue();
        assertThat(SmsText.isGsm7("ABCXYZÄÖÑÜ§¿abcxyzäöñüà")).isTrue();
        for (String foreign : new String[] {"ç", "á", "`", "’", "–", "\t", "ê", "\u00A0", PARTY}) {
            assertThat(SmsText.isGsm7(foreign)).as(foreign).isFalse();
        }
    }

    @Property(tries = 500)
    void moreTextIsNeverFewerParts(@ForAll @StringLength(max = 400) String text) {
        int parts = SmsText.segments(text);
        assertThat(parts).isPositive();
        assertThat(SmsText.segments(text + "x")).isBetween(parts, parts + 1);
    }
}
