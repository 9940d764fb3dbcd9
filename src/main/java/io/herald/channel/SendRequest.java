package io.herald.channel;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to send one message, already journaled.
 *
 * @param attempt its number, from 1; what a report on it must name
 * @param idempotencyKey the same for every attempt of this message on this route
 * @param to E.164 where the channel goes by phone number
 * @param from the sender, where the message names one; else the account's
 * @param startedAt when the attempt was journaled
 */
public record SendRequest(
        String tenantId,
        String messageId,
        int attempt,
        String idempotencyKey,
        Channel channel,
        String account,
        String to,
        @Nullable String from,
        Content content,
        Instant startedAt) {}
