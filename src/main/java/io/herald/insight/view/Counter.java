package io.herald.insight.view;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is counted of messages and their attempts, in the order of the columns of {@code usage_counter}. None ever falls: each event
 * adds to the UTC day on which it happened, so that a day that is over stays as it was when it was billed.
 *
 * <p>An attempt counts for the channel and account that it went to. A message counts for those of the route on which it was at that
 * moment: an entering one for its first.
 */
public enum Counter {
    /** Messages that entered, those included that were scheduled, were suppressed at once or could not be rendered. */
    MESSAGES,
    /** Attempts begun. Each is one call to the provider, or none where the call was given up before it left. */
    ATTEMPTS,
    /**
     * Attempts that the provider took, each once, however and whenever that became known: by its answer, by a look-up, or by a
     * report on an attempt that was given up. Of a message that was sent twice, both.
     */
    ACCEPTED,
    /** Billable parts of the {@link #ACCEPTED}: an SMS has one or more, anything else one. */
    SEGMENTS,
    /** Attempts that the provider refused or never had. One that turns out to have been taken after all is accepted besides. */
    REJECTED,
    /** Attempts without an answer that tells what became of them. */
    UNKNOWN,
    /** Attempts among the {@link #UNKNOWN} that were found to be accepted or rejected, and are counted as that too. */
    RESOLVED,
    /** Attempts reported as delivered or read, each once. */
    DELIVERED,
    /** Billable parts of the {@link #DELIVERED}. */
    DELIVERED_SEGMENTS,
    /** Attempts reported as not delivered, each once. One that arrives after all is delivered besides. */
    UNDELIVERED,
    /** Times that a message left a route for its next. */
    FALLBACKS,
    /** Times that a message ended as failed; one that is replayed and fails again, twice. */
    FAILED,
    /** Messages that ended because the person is not to be messaged. */
    SUPPRESSED,
    /** Messages whose time was over before they could be sent. */
    EXPIRED,
    /** Messages that were called back before they were sent. */
    CANCELLED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** Its name in JSON and SQL. */
    public String wire() {
        return wire;
    }

    /** A list for a statement with an item for each, in order; in the item {@code %1$s} is the column. */
    static String list(String item) {
        return Arrays.stream(values())
                .map(counter -> item.formatted(counter.wire))
                .collect(Collectors.joining(", "));
    }
}
