package io.herald.campaign.domain;

/**
 * The books of a campaign: every targeted recipient in exactly one place.
 *
 * @param targeted valid, distinct recipients
 * @param waiting not fed yet, scheduled, queued or retrying
 * @param inFlight with an attempt under way
 * @param accepted by a provider: sent, delivered or read
 */
public record Ledger(
        long targeted,
        long suppressed,
        long waiting,
        long inFlight,
        long accepted,
        long failed,
        long unknown,
        long expired,
        long cancelled) {

    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public boolean balanced() {
        boolean noneNegative = suppressed >= 0
                && waiting >= 0
                && inFlight >= 0
                && accepted >= 0
                && failed >= 0
                && unknown >= 0
                && expired >= 0
                && cancelled >= 0;
        return noneNegative
                && targeted == suppressed + waiting + inFlight + accepted + failed + unknown + expired + cancelled;
    }

    /** The same with all that waits counted as cancelled. */
    public Ledger cancelWaiting() {
        return new Ledger(targeted, suppressed, 0, inFlight, accepted, failed, unknown, expired, cancelled + waiting);
    }
}
