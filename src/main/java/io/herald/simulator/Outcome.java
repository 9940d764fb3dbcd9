package io.herald.simulator;

import java.util.Locale;

/** What became of a send request, by the names of the audit log. */
enum Outcome {
    ACCEPTED,
    REJECTED,
    THROTTLED,
    UNAUTHORIZED,
    /** Lost to a transient 500 or 503. */
    DROPPED,
    RESET_BEFORE,
    TIMEOUT_AFTER_ACCEPT,
    RESET_AFTER_ACCEPT;

    final String logged = name().toLowerCase(Locale.ROOT);

    /** The vendor took responsibility for the message, whatever it told the sender. */
    boolean accepted() {
        return switch (this) {
            case ACCEPTED, TIMEOUT_AFTER_ACCEPT, RESET_AFTER_ACCEPT -> true;
            case REJECTED, THROTTLED, UNAUTHORIZED, DROPPED, RESET_BEFORE -> false;
        };
    }
}
