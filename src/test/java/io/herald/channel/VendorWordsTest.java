package io.herald.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.SendResult;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VendorWordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u0000", "a b", "a\u0000", "é", "\ud83d", "SM1\n"})
    void whatCannotBeKeptIsNoId(String id) {
        assertThat(VendorWords.isId(id)).isFalse();
        assertThat(VendorWords.accepted(id)).isInstanceOf(SendResult.Unknown.class);
    }

    @Test
    void anIdHasALength() {
        assertThat(VendorWords.isId("x".repeat(200))).isTrue();
        assertThat(VendorWords.isId("x".repeat(201))).isFalse();
    }

    @Test
    void aDetailNamesNobody() {
        assertThat(VendorWords.detail("To +14155550100 can't be reached from 15005550006", "-"))
                .isEqualTo("To … can't be reached from …");
    }

    @Test
    void aDetailIsShortAndWholeCharacters() {
        assertThat(VendorWords.detail("x".repeat(1000), "-")).hasSize(300);
        assertThat(VendorWords.detail("x".repeat(299) + "😀", "-")).isEqualTo("x".repeat(299));
        assertThat(VendorWords.detail("", "nothing")).isEqualTo("nothing");
    }

    @Test
    void textCanBeStored() {
        assertThat(VendorWords.text("a\u0000b")).isEqualTo("a\ufffdb");
        assertThat(VendorWords.text("a\ud83d")).isEqualTo("a\ufffd");
        assertThat(VendorWords.text("\ude00a")).isEqualTo("\ufffda");
        assertThat(VendorWords.text("Grüße 😀\n")).isEqualTo("Grüße 😀\n");
    }

    @Test
    void aFieldIsTextOrANumber() {
        var object = VendorWords.json(
                "{\"a\":\"x\",\"b\":12,\"c\":null,\"d\":{},\"e\":true}".getBytes(StandardCharsets.UTF_8));
        assertThat(VendorWords.field(object, "a")).isEqualTo("x");
        assertThat(VendorWords.field(object, "b")).isEqualTo("12");
        for (String other : java.util.List.of("c", "d", "e", "f")) {
            assertThat(VendorWords.field(object, other)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{", "{\"a\":1}x", "[[[[", "\u0000"})
    void whatIsNoJsonIsMissing(String body) {
        assertThat(VendorWords.json(body.getBytes(StandardCharsets.UTF_8)).isMissingNode())
                .isTrue();
    }
}
