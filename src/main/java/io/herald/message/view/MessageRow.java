package io.herald.message.view;

import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.ErrorClass;
import io.herald.message.domain.Status;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is listed.
 *
 * @param account id of the provider account of its current route
 * @param recipient its number in its campaign, 0 without one
 */
public record MessageRow(
        String tenantId,
        String id,
        @Nullable String campaignId,
        int recipient,
        Category category,
        Status status,
        Channel channel,
        String to,
        @Nullable String from,
        String account,
        @Nullable String providerMessageId,
        int attempts,
        int segments,
        @Nullable ErrorClass errorClass,
        @Nullable String errorCode,
        @Nullable String errorDetail,
        Map<String, Object> metadata,
        Instant createdAt,
        Instant updatedAt) {}
