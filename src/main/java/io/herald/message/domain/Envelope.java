package io.herald.message.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.UnknownPolicy;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, fixed when the message enters: the same for its whole life.
 *
 * @param campaignId the campaign it belongs to, if any
 * @param recipient its number in the campaign, from 1; 0 without one
 * @param from the sender to use instead of each account's own
 * @param route in the order in which it is tried; never empty
 * @param expiresAt no attempt starts at or after this
 * @param metadata the caller's own, given back as it came
 * @param person all that is personal in one place
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Envelope(
        String tenantId,
        String messageId,
        @Nullable String campaignId,
        int recipient,
        Category category,
        @Nullable String from,
        List<Step> route,
        UnknownPolicy unknownPolicy,
        Instant expiresAt,
        Map<String, Object> metadata,
        Person person) {

    public Envelope {
        route = List.copyOf(route);
        metadata = metadata == null ? Map.of() : metadata;
        if (route.isEmpty()) {
            throw new IllegalArgumentException("a message needs a route");
        }
    }

    /**
     * One try of the route plan.
     *
     * @param account id of the provider account
     * @param ttlSeconds silence of this long after acceptance falls to the next step; absent: only a report or a refusal does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            Channel channel, String account, @Nullable Integer ttlSeconds) {}

    /** The address, and what is shown there, by channel of the route. */
    public record Person(String to, Map<Channel, Content> contents) {
        public Person {
            EnumMap<Channel, Content> copy = new EnumMap<>(Channel.class);
            copy.putAll(contents);
            contents = java.util.Collections.unmodifiableMap(copy);
        }
    }

    /** What this step's channel shows; a channel without content of its own shows nothing. */
    public Content contentFor(Step step) {
        Content content = person.contents().get(step.channel());
        return content == null ? Content.text("") : content;
    }
}
