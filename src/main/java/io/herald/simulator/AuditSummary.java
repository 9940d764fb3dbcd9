package io.herald.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What arrived and what became of it. {@code requests - accepted - throttled - rejected} is what the vendor lost: transient
 * errors and connections torn down before the message was taken.
 *
 * @param accepted messages the vendor took responsibility for, those included whose answer was lost on purpose
 * @param distinct the distinct keys among the accepted, an account at a time
 * @param duplicates accepted less distinct
 * @param peakPerSecond by account, the most requests of whatever outcome that arrived within one second, wherever it begins
 * @param accounts by Twilio Account SID, Gupshup api key or Gupshup userid
 */
public record AuditSummary(
        long requests,
        long accepted,
        long distinct,
        long duplicates,
        @JsonProperty("peak_per_second") Map<String, Integer> peakPerSecond,
        Map<String, Account> accounts,
        Callbacks callbacks) {

    /**
     * One account's share.
     *
     * @param rejected refused for good, for want of credentials among others
     * @param delivered accepted messages whose fate it is to be delivered, counted when they are taken
     * @param undelivered accepted messages that will fail, counted when they are taken
     */
    public record Account(
            long requests,
            long accepted,
            long distinct,
            long duplicates,
            long throttled,
            long rejected,
            long delivered,
            long undelivered) {}

    /**
     * Callbacks, not tries of them.
     *
     * @param sent answered with 2xx
     * @param failed given up
     * @param waiting not due yet, queued, under way or between two tries
     */
    public record Callbacks(long sent, long failed, long waiting) {}

    public AuditSummary {
        peakPerSecond = Collections.unmodifiableMap(new TreeMap<>(peakPerSecond));
        accounts = Collections.unmodifiableMap(new TreeMap<>(accounts));
    }
}
