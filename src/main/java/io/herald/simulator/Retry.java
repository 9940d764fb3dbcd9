package io.herald.simulator;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * After which failures a callback is sent again, and how often.
 *
 * @param times tries after the first
 */
record Retry(int times, Set<Failure> after) {

    /** How a try can fail. */
    enum Failure {
        /** No connection, or it broke before an answer came. */
        CONNECTION,
        /** Connected, but no answer in time. */
        ANSWER_TIMEOUT,
        CLIENT_ERROR,
        SERVER_ERROR,
        /** Any other status that isn't 2xx. */
        OTHER_STATUS
    }

    private static final long FIRST_PAUSE_MILLIS = 300;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    Retry {
        after = after.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(after));
    }

    boolean allows(int triesMade, Failure failure) {
        return triesMade <= times && after.contains(failure);
    }

    /** 0.3 s after the first try, doubling to 5 s. */
    static Duration pause(int triesMade) {
        return Duration.ofMillis(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(triesMade - 1, 10)));
    }
}
