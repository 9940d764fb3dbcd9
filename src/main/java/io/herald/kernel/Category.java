package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a message is sent. Transactional ones go before marketing ones wherever both wait. */
public enum Category {
    TRANSACTIONAL,
    MARKETING;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    @JsonCreator
    public static Category of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
