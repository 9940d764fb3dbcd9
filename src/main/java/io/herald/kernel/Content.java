package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a person is shown on one channel. In a template its texts hold placeholders; in a message they are rendered.
 *
 * @param body plain text; where there is a card, what channels without cards show
 * @param subject of an e-mail
 * @param html of an e-mail, beside {@code body}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Content(
        @Nullable String body,
        @Nullable String subject,
        @Nullable String html,
        @Nullable Card card,
        List<Suggestion> suggestions) {

    public Content {
        suggestions = suggestions == null ? List.of() : List.copyOf(suggestions);
    }

    public static Content text(String body) {
        return new Content(body, null, null, null, List.of());
    }

    /** A rich card. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Card(
            @Nullable String title,
            @Nullable String description,
            @Nullable Media media) {}

    /** A file at a public URL. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Media(String url, String contentType) {}

    /** A button: a {@code reply} sends its text back, an {@code action} opens its URL. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Suggestion(
            String type, String text, @Nullable String url) {}

    /**
     * The same for a channel that shows text only: the body; without one, the card's title and description, its media's and
     * its suggestions' links, a line each.
     */
    public Content asText() {
        if (body != null) {
            return text(body);
        }
        Stream<@Nullable String> ofCard = card == null
                ? Stream.of()
                : Stream.of(
                        card.title(),
                        card.description(),
                        card.media() == null ? null : card.media().url());
        Stream<@Nullable String> links = suggestions.stream().map(Suggestion::url);
        return text(Stream.concat(ofCard, links)
                .filter(line -> line != null && !line.isEmpty())
                .collect(Collectors.joining("\n")));
    }
}
