package io.herald.template;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One version of a template; a version never changes.
 *
 * @param variants its content by channel, with placeholders
 * @param variables the names of all placeholders, in order
 */
public record Template(
        String tenantId,
        String id,
        int version,
        String name,
        Map<Channel, Content> variants,
        List<String> variables,
        Instant createdAt) {

    public Template {
        EnumMap<Channel, Content> copy = new EnumMap<>(Channel.class);
        copy.putAll(variants);
        variants = java.util.Collections.unmodifiableMap(copy);
        variables = List.copyOf(variables);
    }

    /**
     * What a channel shows of it: its own variant; for a channel of plain text that has none, the text of another one's.
     *
     * @return nothing where no variant can be shown there
     */
    public Optional<Content> variant(Channel channel) {
        Content own = variants.get(channel);
        if (own != null) {
            return Optional.of(own);
        }
        return channel.byPhone()
                ? variants.entrySet().stream()
                        .filter(e -> e.getKey().byPhone())
                        .findFirst()
                        .map(e -> e.getValue().asText())
                : Optional.empty();
    }

    /** The placeholders of some content. */
    static List<String> variables(Map<Channel, Content> variants) throws TemplateText.Malformed {
        TreeSet<String> names = new TreeSet<>();
        for (Content content : variants.values()) {
            for (@Nullable String text : texts(content)) {
                if (text != null) {
                    names.addAll(TemplateText.compile(text, false).variables());
                }
            }
        }
        return List.copyOf(names);
    }

    private static List<@Nullable String> texts(Content content) {
        List<@Nullable String> texts = new java.util.ArrayList<>();
        texts.add(content.body());
        texts.add(content.subject());
        texts.add(content.html());
        Content.Card card = content.card();
        if (card != null) {
            texts.add(card.title());
            texts.add(card.description());
            texts.add(card.media() == null ? null : card.media().url());
        }
        content.suggestions().forEach(suggestion -> {
            texts.add(suggestion.text());
            texts.add(suggestion.url());
        });
        return texts;
    }
}
