package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static void bad(Runnable reading) {
        assertThatThrownBy(reading::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
    }

    private static String raw(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void partsComeBackAsTheyWentIn() {
        Instant time = Instant.parse("2026-11-21T12:00:00.123456Z");
        Cursor cursor = Cursor.parse(Cursor.of(time.toString(), "id-ä+/", "42"), 3);
        assertThat(cursor.time(0)).isEqualTo(time);
        assertThat(cursor.text(1)).isEqualTo("id-ä+/");
        assertThat(cursor.number(2)).isEqualTo(42);
        assertThat(Cursor.of("a", "b")).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a b", "====", "YQ", "x", "🙂"})
    void whatIsNoCursorOfThisListIsRefused(String text) {
        bad(() -> Cursor.parse(text, 2));
    }

    @Test
    void textThatCantBeStoredIsRefused() {
        bad(() -> Cursor.parse(raw("a\u0000"), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yesterday", "2026-11-21", "+300000-01-01T00:00:00Z", "-1000000-01-01T00:00:00Z", "9e99"})
    void aTimeThatIsNoneOrThatNoDatabaseHoldsIsRefused(String time) {
        bad(() -> new Cursor(List.of(time)).time(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "99999999999999999999", "x"})
    void aNumberThatIsNoneIsRefused(String number) {
        bad(() -> new Cursor(List.of(number)).number(0));
    }

    @Property(tries = 500)
    void anythingIsReadOrRefusedWith400(@ForAll String text) {
        try {
            assertThat(Cursor.parse(text, 2).parts()).hasSize(2);
        } catch (Problem problem) {
            assertThat(problem.status()).isEqualTo(400);
        }
    }
}
