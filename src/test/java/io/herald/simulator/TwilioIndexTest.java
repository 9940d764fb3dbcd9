package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioIndexTest {
    private final TwilioIndex index = new TwilioIndex(10);

    @Test
    void onlyTheNewestAreRemembered() {
        List<String> sids = IntStream.range(0, 25)
                .mapToObj(i -> add("+1415555010" + i % 3, "text " + i))
                .toList();
        assertThat(index.bySid(sids.get(14))).isNull();
        assertThat(index.bySid(sids.get(15)))
                .isNotNull()
                .extracting(TwilioMessage::body)
                .isEqualTo("text 15");
        assertThat(bodies(index.find("+14155550100", message -> true, 0, 9)))
                .containsExactly("text 24", "text 21", "text 18", "text 15");
        assertThat(index.find(null, message -> true, 0, 99)).hasSize(10);
        assertThat(bodies(index.find(null, message -> true, 2, 2))).containsExactly("text 22", "text 21");
        assertThat(index.find("+14155550109", message -> true, 0, 9)).isEmpty();
    }

    @Test
    void whatWasKeptIsWhatCame() {
        TwilioMessage message = new TwilioMessage(
                index.nextSid(true),
                "AC1",
                "+4915112345678",
                null,
                "MG1",
                "Grüße",
                2,
                1_700_000_000_123L,
                50,
                Fate.UNDELIVERED);
        index.add(message);
        assertThat(message.sid()).startsWith("MM");
        assertThat(index.bySid(message.sid())).isEqualTo(message);
        assertThat(index.bySid("SM" + message.sid().substring(2))).isNull();
        index.clear();
        assertThat(index.bySid(message.sid())).isNull();
        assertThat(index.find(null, all -> true, 0, 9)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a, 160, 1",
        "a, 161, 2",
        "a, 306, 2",
        "a, 307, 3",
        "€, 80, 1",
        "€, 81, 2",
        "я, 70, 1",
        "я, 71, 2",
        "я, 134, 2",
        "я, 135, 3",
        "😀, 35, 1",
        "😀, 36, 2",
        "ç, 71, 2",
        "Ç, 71, 1"
    })
    void segmentsAreCountedAsTheyAreBilled(String unit, int times, int segments) {
        assertThat(Segments.count(unit.repeat(times))).isEqualTo(segments);
    }

    private String add(String to, String body) {
        String sid = index.nextSid(false);
        index.add(new TwilioMessage(sid, "AC1", to, Rig.FROM, null, body, 0, 1, 50, Fate.DELIVERED));
        return sid;
    }

    private static List<String> bodies(List<TwilioMessage> messages) {
        return messages.stream().map(TwilioMessage::body).toList();
    }
}
