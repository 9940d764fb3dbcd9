package io.herald.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What to do with an attempt whose outcome nobody can tell, once the provider could not be asked. */
public enum UnknownPolicy {
    /** Send again: the person may get it twice. */
    PREFER_DUPLICATE,
    /** Leave it: the person may not get it. */
    PREFER_LOSS;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }

    @JsonCreator
    public static UnknownPolicy of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
