package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A way to reach a person. In JSON, SQL and URLs by its lower-case name. */
public enum Channel {
    SMS,
    MMS,
    RCS,
    WHATSAPP,
    TELEGRAM,
    EMAIL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException for a name that is no channel's */
    @JsonCreator
    public static Channel of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** Whether recipients of this channel are phone numbers in E.164. */
    public boolean byPhone() {
        return this != EMAIL && this != TELEGRAM;
    }
}
