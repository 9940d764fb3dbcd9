package io.herald.dispatch;

/**
 * Even spacing at a rate (the generic cell rate algorithm, as a virtual schedule). A departure may come early by a tolerance, which
 * makes up for late timers and, where a burst is allowed, lets that many go at once. Not safe for threads: {@link Limits} holds
 * the lock.
 */
final class Pace {
    /** Aims a little below the rate, so that jitter on the way does not carry a second over it. */
    private static final double AIM = 0.985;

    private static final long LATENESS_NANOS = 10_000_000;

    private double rate = Double.POSITIVE_INFINITY;
    private long interval;
    private long tolerance;
    private long next = Long.MIN_VALUE / 2;

    /** @param burst messages at once; 0 or 1: none beyond the usual tolerance */
    void set(double ratePerSecond, int burst, long now) {
        if (ratePerSecond != rate) {
            rate = ratePerSecond;
            interval = unlimited() ? 0 : Math.max(1, (long) (1e9 / (ratePerSecond * AIM)));
            // what was spaced at another rate must not hold up what comes at this one
            next = Math.min(next, now + interval);
        }
        tolerance = Math.max(LATENESS_NANOS, Math.max(0, burst - 1) * interval);
    }

    double rate() {
        return rate;
    }

    /** Nanoseconds between two departures. */
    long interval() {
        return interval;
    }

    private boolean unlimited() {
        return Double.isInfinite(rate);
    }

    /** Nanoseconds until the next departure; 0 or less: now. */
    long untilNext(long now) {
        return unlimited() ? 0 : next - tolerance - now;
    }

    void depart(long now) {
        if (!unlimited()) {
            next = Math.max(next, now) + interval;
        }
    }
}
