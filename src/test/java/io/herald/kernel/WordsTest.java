package io.herald.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.platform.serialization.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The words that go over wires and into the journal, and what a person is shown. */
class WordsTest {
    static Stream<Enum<?>> words() {
        return Stream.of(
                        Category.values(),
                        Channel.values(),
                        DeliveryReport.Kind.values(),
                        ErrorClass.values(),
                        UnknownPolicy.values())
                .flatMap(Stream::of);
    }

    @ParameterizedTest
    @MethodSource("words")
    void aWordIsWrittenInLowerCaseAndReadBack(Enum<?> word) {
        String json = Json.text(word);
        assertThat(json).isEqualTo('"' + word.name().toLowerCase(java.util.Locale.ROOT) + '"');
        assertThat(Json.read(json, word.getDeclaringClass())).isEqualTo(word);
    }

    @Test
    void wordsAreReadInAnyCaseButNoOthers() {
        assertThat(Channel.of("WhatsApp")).isEqualTo(Channel.WHATSAPP);
        assertThat(ErrorClass.of("Opted_Out")).isEqualTo(ErrorClass.OPTED_OUT);
        assertThatThrownBy(() -> Channel.of("pigeon")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mailAndTelegramDoNotGoByPhoneNumber() {
        assertThat(Stream.of(Channel.values()).filter(Channel::byPhone))
                .containsExactly(Channel.SMS, Channel.MMS, Channel.RCS, Channel.WHATSAPP);
    }

    @Test
    void aLaterReportIsNeverTakenBackByAnEarlierOne() {
        assertThat(DeliveryReport.Kind.values())
                .containsExactly(
                        DeliveryReport.Kind.ACCEPTED,
                        DeliveryReport.Kind.SENT,
                        DeliveryReport.Kind.UNDELIVERED,
                        DeliveryReport.Kind.DELIVERED,
                        DeliveryReport.Kind.READ);
    }

    @Test
    void aDecisionKeepsItsEventsToItself() {
        List<String> events = new ArrayList<>(List.of("one"));
        var decision = (Decision.Accepted<String>) Decision.events(events);
        events.add("two");
        assertThat(decision.events()).containsExactly("one");
        assertThat(Decision.nothing()).isEqualTo(Decision.events(List.of()));
        assertThat(Decision.event("one")).isEqualTo(decision);
        assertThat(Decision.refuse(Rejection.notFound("x")))
                .isEqualTo(new Decision.Refused<>(new Rejection(Rejection.Code.NOT_FOUND, "x")));
    }

    @Test
    void whereThereIsABodyItIsTheText() {
        Content content = new Content("the body", "subject", null, new Content.Card("Title", null, null), List.of());
        assertThat(content.asText()).isEqualTo(Content.text("the body"));
    }

    @Test
    void withoutABodyTheCardIsToldInLines() {
        Content content = new Content(
                null,
                null,
                null,
                new Content.Card("Title", "Description", new Content.Media("https://example.org/a.png", "image/png")),
                List.of(
                        new Content.Suggestion("reply", "Yes", null),
                        new Content.Suggestion("action", "Open", "https://example.org/")));
        assertThat(content.asText().body())
                .isEqualTo("Title\nDescription\nhttps://example.org/a.png\nhttps://example.org/");
        assertThat(new Content(null, null, null, new Content.Card("Title", "", null), List.of())
                        .asText()
                        .body())
                .isEqualTo("Title");
        assertThat(new Content(null, null, null, null, List.of()).asText().body())
                .isEmpty();
    }

    @Test
    void contentWithoutSuggestionsIsReadBack() {
        Content content = Content.text("hello");
        assertThat(Json.text(content)).isEqualTo("{\"body\":\"hello\"}");
        assertThat(Json.read(Json.text(content), Content.class)).isEqualTo(content);
    }
}
