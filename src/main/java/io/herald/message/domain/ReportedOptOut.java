package io.herald.message.domain;

import io.herald.kernel.Channel;
import io.herald.kernel.ErrorClass;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider's word that a person wants no more of a tenant's messages on the channel of an attempt, whatever came of the message. */
public record ReportedOptOut(String tenantId, Channel channel, String address) {

    /** @param message as it is after the event */
    public static Optional<ReportedOptOut> in(MessageEvent event, Message message) {
        return switch (event) {
            case MessageEvent.AttemptRejected e -> of(message, e.attempt(), e.errorClass());
            case MessageEvent.Undelivered e -> of(message, e.attempt(), e.errorClass());
            case MessageEvent.LateReceipt e -> of(message, e.attempt(), e.errorClass());
            default -> Optional.empty();
        };
    }

    private static Optional<ReportedOptOut> of(Message message, int attempt, @Nullable ErrorClass said) {
        return said == ErrorClass.OPTED_OUT
                ? Optional.of(new ReportedOptOut(
                        message.envelope().tenantId(),
                        message.attempt(attempt).start().channel(),
                        message.envelope().person().to()))
                : Optional.empty();
    }
}
