package io.herald.simulator;

/** The counts of one account. Not safe for several threads: the audit log guards it. */
final class Tally {
    private final SlidingWindow arrivals = new SlidingWindow();
    private final SlidingWindow admitted = new SlidingWindow();
    private final KeySet keys = new KeySet();
    private long requests;
    private long accepted;
    private long throttled;
    private long rejected;
    private long delivered;
    private long undelivered;
    private int peak;

    void arrived(long atMicros) {
        requests++;
        arrivals.add(atMicros);
        peak = Math.max(peak, arrivals.count(atMicros));
    }

    /** Whether the request is within the limit; only those within it use it up. 0 means no limit. */
    boolean admits(long atMicros, int perSecond) {
        if (perSecond == 0) {
            return true;
        }
        if (admitted.count(atMicros) >= perSecond) {
            return false;
        }
        admitted.add(atMicros);
        return true;
    }

    void count(Outcome outcome) {
        switch (outcome) {
            case THROTTLED -> throttled++;
            case REJECTED, UNAUTHORIZED -> rejected++;
            case ACCEPTED, TIMEOUT_AFTER_ACCEPT, RESET_AFTER_ACCEPT -> accepted++;
            case DROPPED, RESET_BEFORE -> {} // what is left of the requests
        }
    }

    void accepted(String key, Fate fate) {
        keys.add(Hash64.of(key));
        if (fate.delivered()) {
            delivered++;
        } else {
            undelivered++;
        }
    }

    int peak() {
        return peak;
    }

    AuditSummary.Account summary() {
        return new AuditSummary.Account(
                requests, accepted, keys.size(), accepted - keys.size(), throttled, rejected, delivered, undelivered);
    }
}
