package io.herald.kernel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one call of a provider came to. Adapters return it and never throw for what a vendor or a network does. */
public sealed interface SendResult {

    /**
     * The provider took responsibility for the message.
     *
     * @param providerMessageId the vendor's id, by which its reports name the message
     */
    record Accepted(String providerMessageId) implements SendResult {}

    /**
     * The provider refused, or was certainly never reached.
     *
     * @param code the vendor's error code, or {@code http-503}, {@code connect}
     * @param detail the vendor's words, cut to 300 characters; never an address or a body
     * @param retryAfter how long the vendor wants to be left alone, where it said so
     */
    record Rejected(
            ErrorClass errorClass,
            String code,
            String detail,
            @Nullable Duration retryAfter) implements SendResult {}

    /** The request left, and nobody can tell whether it was accepted. */
    record Unknown(String code, String detail) implements SendResult {}
}
