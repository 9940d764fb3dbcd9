package io.herald.contact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "STOP",
                "STOPALL",
                "UNSUBSCRIBE",
                "CANCEL",
                "END",
                "QUIT",
                "REVOKE",
                "OPTOUT",
                "stop",
                "Stop",
                "sToP",
                "  stop  ",
                "\tSTOP\r\n",
                "STOP.",
                "Stop!",
                "\"stop\"",
                "'stop'",
                "“Stop”",
                "«stop»",
                "(stop)",
                "stop…",
                "*STOP*",
                "Stop all",
                "opt-out",
                "Opt out",
                "STOP\u00a0",
                "\u200bSTOP\ufeff",
                "\u3000stop",
                "stop\u0000"
            })
    void stopInAnyCaseAndPadding(String text) {
        assertThat(Keywords.of(text)).isEqualTo(Keywords.STOP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"START", "YES", "UNSTOP", "start", " Yes! ", "unstop"})
    void startInAnyCaseAndPadding(String text) {
        assertThat(Keywords.of(text)).isEqualTo(Keywords.START);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "...",
                "HELP",
                "INFO",
                "hello",
                "please stop",
                "stop it",
                "don't stop",
                "the end",
                "STOPP",
                "nonstop",
                "yes please",
                "st.op",
                "0",
                "STOP1",
                "ѕтор"
            })
    void otherWordsAreNone(String text) {
        assertThat(Keywords.of(text)).isEqualTo(Keywords.NONE);
    }

    @Test
    void paddingMayBeLong() {
        assertThat(Keywords.of(" ".repeat(5000) + "stop" + "\n".repeat(5000))).isEqualTo(Keywords.STOP);
        assertThat(Keywords.of("stop" + "x".repeat(100_000))).isEqualTo(Keywords.NONE);
        assertThat(Keywords.of(" ".repeat(200_000) + "x" + " ".repeat(200_000) + "y"))
                .isEqualTo(Keywords.NONE);
    }
}
