package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One provider report on one attempt, normalised.
 *
 * @param attempt the attempt's number where the callback carried it, else 0: then {@code providerMessageId} finds it
 * @param providerMessageId the vendor's id of the message
 * @param errorClass set on {@link Kind#UNDELIVERED} only
 * @param code the vendor's error code, empty where there is none
 */
public record DeliveryReport(
        Kind kind,
        int attempt,
        String providerMessageId,
        @Nullable ErrorClass errorClass,
        String code,
        String detail) {

    /** In the order in which reports may overtake one another: a later one is never taken back by an earlier one. */
    public enum Kind {
        /** The provider has it. */
        ACCEPTED,
        /** The provider handed it on. */
        SENT,
        UNDELIVERED,
        DELIVERED,
        READ;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        @JsonCreator
        public static Kind of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }
}
