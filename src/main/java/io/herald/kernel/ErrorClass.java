package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a provider's refusal means for the message; every adapter maps its vendor's codes to one of these. */
public enum ErrorClass {
    /** Transient: the same request may succeed later. Counts against the attempts of the route. */
    RETRYABLE,
    /** Refused for its rate, not processed: later, and slower. Does not count against the attempts of the route. */
    THROTTLED,
    /** This recipient can't be reached on this channel: the next route, never this one again. */
    PERMANENT_RECIPIENT,
    /** This content won't be taken by anyone: dead letter, no fallback. */
    PERMANENT_CONTENT,
    /** The account, its credentials or its sender are wrong: the account pauses; the message goes to the next route or waits. */
    PERMANENT_CONFIG,
    /** Right account, wrong combination of sender, destination or product for this one message: the next route. */
    PERMANENT_ROUTE,
    /** The recipient has no such channel now (no RCS, no WhatsApp): the next route at once. */
    CHANNEL_UNAVAILABLE,
    /** The recipient refused messages: suppressed, and the refusal is recorded as an opt-out. */
    OPTED_OUT,
    /** Its validity ended at the provider. */
    EXPIRED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    @JsonCreator
    public static ErrorClass of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
