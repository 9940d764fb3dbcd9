package io.herald.template;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A template's version with its texts compiled, for the channels that it is sent by. */
public final class Renderer {
    private final Map<Channel, Compiled> variants;
    private final TreeSet<String> variables = new TreeSet<>();

    /** A content with its texts compiled; the same fields as {@link Content}. */
    private record Compiled(
            @Nullable TemplateText body,
            @Nullable TemplateText subject,
            @Nullable TemplateText html,
            @Nullable TemplateText title,
            @Nullable TemplateText description,
            @Nullable TemplateText mediaUrl,
            @Nullable String mediaType,
            boolean card,
            List<Button> suggestions) {}

    private record Button(
            String type, TemplateText text, @Nullable TemplateText url) {}

    /** Values are not the ones that the template asks for. */
    public static final class WrongVariables extends Exception {
        private final List<String> missing;

        WrongVariables(List<String> missing) {
            super("no value for " + String.join(", ", missing));
            this.missing = missing;
        }

        public List<String> missing() {
            return missing;
        }
    }

    /** @throws IllegalArgumentException where the template has nothing to show on one of the channels */
    public Renderer(Template template, Collection<Channel> channels) {
        variants = new EnumMap<>(Channel.class);
        for (Channel channel : channels) {
            Content content = template.variant(channel)
                    .orElseThrow(
                            () -> new IllegalArgumentException("the template has no variant for " + channel.wire()));
            variants.put(channel, compile(content));
        }
    }

    private Compiled compile(Content content) {
        Content.Card card = content.card();
        Content.Media media = card == null ? null : card.media();
        List<Button> buttons = new ArrayList<>();
        for (Content.Suggestion s : content.suggestions()) {
            TemplateText text = text(s.text(), false);
            if (text != null) {
                buttons.add(new Button(s.type(), text, text(s.url(), false)));
            }
        }
        return new Compiled(
                text(content.body(), false),
                text(content.subject(), false),
                text(content.html(), true),
                text(card == null ? null : card.title(), false),
                text(card == null ? null : card.description(), false),
                text(media == null ? null : media.url(), false),
                media == null ? null : media.contentType(),
                card != null,
                buttons);
    }

    private @Nullable TemplateText text(@Nullable String text, boolean html) {
        if (text == null) {
            return null;
        }
        try {
            TemplateText compiled = TemplateText.compile(text, html);
            variables.addAll(compiled.variables());
            return compiled;
        } catch (TemplateText.Malformed e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The placeholders of the channels that this renders. */
    public Collection<String> variables() {
        return variables;
    }

    /** @param values may hold more than is asked for */
    public Map<Channel, Content> render(Map<String, String> values) throws WrongVariables {
        List<String> missing =
                variables.stream().filter(name -> !values.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new WrongVariables(missing);
        }
        Map<Channel, Content> rendered = new EnumMap<>(Channel.class);
        variants.forEach((channel, variant) -> rendered.put(channel, render(variant, values)));
        return rendered;
    }

    private static Content render(Compiled c, Map<String, String> values) {
        String mediaUrl = render(c.mediaUrl(), values);
        Content.Media media =
                mediaUrl == null || c.mediaType() == null ? null : new Content.Media(mediaUrl, c.mediaType());
        List<Content.Suggestion> suggestions = c.suggestions().stream()
                .map(b -> new Content.Suggestion(b.type(), b.text().render(values), render(b.url(), values)))
                .toList();
        return new Content(
                render(c.body(), values),
                render(c.subject(), values),
                render(c.html(), values),
                c.card() ? new Content.Card(render(c.title(), values), render(c.description(), values), media) : null,
                suggestions);
    }

    private static @Nullable String render(@Nullable TemplateText text, Map<String, String> values) {
        return text == null ? null : text.render(values);
    }
}
