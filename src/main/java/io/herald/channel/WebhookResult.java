package io.herald.channel;

import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a callback turned out to be. */
public sealed interface WebhookResult {

    /** It is the vendor's, and this is what it says. What is of no interest is left out. */
    record Understood(List<Report> reports, List<Inbound> inbound, Response response) implements WebhookResult {}

    /** It is not proved to be the vendor's. */
    record Forged(String reason) implements WebhookResult {}

    /** It is the vendor's, and can't be read. */
    record Garbage(String reason) implements WebhookResult {}

    /**
     * A report on an attempt.
     *
     * @param tenantId with {@code messageId} set where the callback carried them: no look-up is needed
     */
    record Report(@Nullable String tenantId, @Nullable String messageId, DeliveryReport report) {}

    /**
     * A message from a person, or a vendor's word that one wants no more.
     *
     * @param from E.164 where the channel goes by phone number
     * @param keyword the vendor's own reading of it as {@code STOP} or {@code START}, where it made one
     */
    record Inbound(
            Channel channel,
            String providerMessageId,
            String from,
            String to,
            String text,
            @Nullable String keyword) {}

    /** What the vendor wants to hear. */
    record Response(String contentType, String body) {
        public static final Response EMPTY = new Response("text/plain", "");
    }
}
