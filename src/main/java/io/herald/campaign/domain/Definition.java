package io.herald.campaign.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.UnknownPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign is to do; changes only while it is a draft.
 *
 * @param templateVersion the version that was newest when the campaign named the template
 * @param route in the order in which it is tried; never empty
 * @param fallback whether a recipient's message may go on to the next step of the route
 * @param ratePerSecond absent: as fast as the other limits allow
 * @param scheduledAt the time that {@code schedule} uses when it is given none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Definition(
        String name,
        String templateId,
        int templateVersion,
        Audience audience,
        List<Step> route,
        boolean fallback,
        Category category,
        UnknownPolicy unknownPolicy,
        @Nullable Double ratePerSecond,
        @Nullable Instant scheduledAt,
        Map<String, Object> metadata) {

    public Definition {
        route = List.copyOf(route);
        metadata = metadata == null ? Map.of() : metadata;
        if (route.isEmpty()) {
            throw new IllegalArgumentException("a campaign needs a route");
        }
    }

    /**
     * One try of the route plan.
     *
     * @param ttlSeconds silence of this long after acceptance falls to the next step; absent: only a report or a refusal does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            Channel channel, String account, @Nullable Integer ttlSeconds) {}

    /**
     * Who is addressed: recipients that came with the campaign and are stored beside it, or the contacts of an import.
     *
     * @param importId absent where the recipients came along
     * @param recipients how many came along
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Audience(@Nullable String importId, int recipients) {}

    Definition withRate(@Nullable Double rate) {
        return new Definition(
                name,
                templateId,
                templateVersion,
                audience,
                route,
                fallback,
                category,
                unknownPolicy,
                rate,
                scheduledAt,
                metadata);
    }

    /** The steps that a message of this campaign may take. */
    public List<Step> plan() {
        return fallback ? route : route.subList(0, 1);
    }
}
