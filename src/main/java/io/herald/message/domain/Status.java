package io.herald.message.domain;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a message stands, and the one table of what may follow what. */
public enum Status {
    /** Waits for a time that its sender set. */
    SCHEDULED,
    /** Waits for a lane. */
    QUEUED,
    /** An attempt is journaled; the provider has not answered yet. */
    SENDING,
    /** The provider took it. */
    SENT,
    DELIVERED,
    READ,
    /** Waits for its next attempt on the same route. */
    RETRYING,
    /** Nobody can tell whether the last attempt was accepted. */
    UNKNOWN,
    /** Dead letter; can be replayed. */
    FAILED,
    SUPPRESSED,
    EXPIRED,
    CANCELLED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    @JsonCreator
    public static Status of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** The statuses that may follow this one. */
    public Set<Status> next() {
        return switch (this) {
            case SCHEDULED -> EnumSet.of(QUEUED, SUPPRESSED, EXPIRED, CANCELLED);
            case QUEUED -> EnumSet.of(SENDING, DELIVERED, READ, FAILED, SUPPRESSED, EXPIRED, CANCELLED);
            case SENDING -> EnumSet.of(SENT, RETRYING, UNKNOWN, QUEUED, FAILED, SUPPRESSED, EXPIRED);
            case RETRYING -> EnumSet.of(SENDING, DELIVERED, READ, SUPPRESSED, EXPIRED, CANCELLED);
            case SENT -> EnumSet.of(DELIVERED, READ, QUEUED, FAILED, SUPPRESSED);
            case UNKNOWN -> EnumSet.of(SENT, RETRYING, QUEUED, FAILED, SUPPRESSED, EXPIRED);
            case DELIVERED -> EnumSet.of(READ);
            case FAILED -> EnumSet.of(QUEUED);
            case READ, SUPPRESSED, EXPIRED, CANCELLED -> EnumSet.noneOf(Status.class);
        };
    }

    /** Not yet with a provider, and still to go there. */
    public boolean isWaiting() {
        return this == SCHEDULED || this == QUEUED || this == RETRYING;
    }
}
