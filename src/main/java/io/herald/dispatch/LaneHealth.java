package io.herald.dispatch;

import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an account is doing, from what its calls come to. A breaker opens on failures in a row and lets a few probes through before
 * it closes again; a misconfigured account pauses until someone changes it, and is probed meanwhile; a provider that refuses for
 * the rate is left alone for as long as it asks, then called more slowly, and faster again bit by bit. Not safe for threads.
 */
final class LaneHealth {
    private static final double SLOWED_TO = 0.8;
    private static final double FASTER_BY = 1.05;
    private static final double SLOWEST = 1;
    private static final long SECOND = 1_000_000_000L;

    enum State {
        CLOSED,
        /** Failures in a row: nothing goes. */
        OPEN,
        /** A few calls go to see whether it is well again. */
        HALF_OPEN,
        /** Its settings are wrong: nothing goes but a probe now and then. */
        PAUSED;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param failures in a row that open the breaker
     * @param openFor how long it then stays open; doubles with each probe that fails, up to ten times that
     * @param pausedFor how long a misconfigured account is left before it is probed; doubles likewise
     */
    record Settings(int failures, Duration openFor, int probes, Duration pausedFor) {}

    private final Settings settings;
    private State state = State.CLOSED;
    private int failuresInRow;
    private int probing;
    private int reopened;
    private long closedUntil = Long.MIN_VALUE;
    private long leftAloneUntil = Long.MIN_VALUE;
    private @Nullable String reason;

    private double adaptive = Double.POSITIVE_INFINITY;
    private long lastSlowed = Long.MIN_VALUE / 2;
    private long secondStart;
    private int acceptedInSecond;
    private int throughput;

    LaneHealth(Settings settings) {
        this.settings = settings;
    }

    /** Nanoseconds until a call may go; 0: now; {@link Long#MAX_VALUE}: when a probe has come back. */
    long untilNext(long now) {
        if (now < leftAloneUntil) {
            return leftAloneUntil - now;
        }
        return switch (state) {
            case CLOSED -> 0;
            case OPEN, PAUSED -> now < closedUntil ? closedUntil - now : probing < probes() ? 0 : Long.MAX_VALUE;
            case HALF_OPEN -> probing < probes() ? 0 : Long.MAX_VALUE;
        };
    }

    private int probes() {
        return state == State.PAUSED ? 1 : settings.probes();
    }

    /** A call goes. */
    void departed(long now) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN) {
            state = State.HALF_OPEN;
        }
        probing++;
    }

    /** A call that was to go did not go after all: nothing is learned from it. */
    void notSent() {
        probing = Math.max(0, probing - 1);
    }

    /** A call came back. @return whether more may go now than before */
    boolean returned(SendResult result, long now) {
        probing = Math.max(0, probing - 1);
        return switch (result) {
            case SendResult.Accepted r -> {
                count(now);
                yield well();
            }
            case SendResult.Unknown r -> {
                failed(now, "unknown", r.code());
                yield false;
            }
            case SendResult.Rejected r ->
                switch (r.errorClass()) {
                    case RETRYABLE -> {
                        failed(now, r.errorClass().wire(), r.code());
                        yield false;
                    }
                    case THROTTLED -> {
                        slow(now, r.retryAfter());
                        pauseOn(now);
                        yield state == State.HALF_OPEN && well();
                    }
                    case PERMANENT_CONFIG -> {
                        pause(now, r.code());
                        yield false;
                    }
                    case PERMANENT_RECIPIENT,
                            PERMANENT_CONTENT,
                            PERMANENT_ROUTE,
                            CHANNEL_UNAVAILABLE,
                            OPTED_OUT,
                            EXPIRED -> well();
                };
        };
    }

    /** It answers, and with sense. */
    private boolean well() {
        boolean news = state != State.CLOSED;
        state = State.CLOSED;
        failuresInRow = 0;
        probing = 0;
        reopened = 0;
        reason = null;
        return news;
    }

    private void failed(long now, String what, String code) {
        failuresInRow++;
        if (state == State.HALF_OPEN || (state == State.CLOSED && failuresInRow >= settings.failures())) {
            state = State.OPEN;
            reason = what + " " + code;
            closedUntil = now + backoff(settings.openFor());
        }
        pauseOn(now);
    }

    private void pause(long now, String code) {
        if (state != State.PAUSED) {
            state = State.PAUSED;
            closedUntil = now;
        }
        reason = ErrorClass.PERMANENT_CONFIG.wire() + " " + code;
        pauseOn(now);
    }

    /** A pause whose time is over goes on, for longer; what comes back before that left before it and says nothing new. */
    private void pauseOn(long now) {
        if (state == State.PAUSED && now >= closedUntil) {
            closedUntil = now + backoff(settings.pausedFor());
        }
    }

    private long backoff(Duration base) {
        long factor = Math.min(10, 1L << Math.min(reopened, 4));
        reopened++;
        return base.toNanos() * factor;
    }

    /** An operator says that it is well again, or changed its settings. */
    void reset() {
        well();
        leftAloneUntil = Long.MIN_VALUE;
        adaptive = Double.POSITIVE_INFINITY;
    }

    private void count(long now) {
        if (now - secondStart >= SECOND) {
            throughput = now - secondStart < 2 * SECOND ? acceptedInSecond : 0;
            acceptedInSecond = 0;
            secondStart = now;
        }
        acceptedInSecond++;
    }

    private void slow(long now, @Nullable Duration retryAfter) {
        if (retryAfter != null) {
            leftAloneUntil = Math.max(leftAloneUntil, now + retryAfter.toNanos());
        }
        if (now - lastSlowed < SECOND) {
            return;
        }
        lastSlowed = now;
        double seen = Math.max(throughput, acceptedInSecond);
        adaptive = Math.max(SLOWEST, Math.min(adaptive, Math.max(seen, SLOWEST)) * SLOWED_TO);
    }

    /**
     * Once a second: a little faster after a second without a refusal.
     *
     * @param limit the rate that is set: there is nothing to adapt beyond it
     * @return the rate to hold; infinity for no rate of its own
     */
    double recover(long now, double limit) {
        if (now - lastSlowed >= SECOND && !Double.isInfinite(adaptive)) {
            adaptive = adaptive * FASTER_BY + 1;
            if (adaptive >= limit) {
                adaptive = Double.POSITIVE_INFINITY;
            }
        }
        return adaptive;
    }

    double adaptive() {
        return adaptive;
    }

    State state() {
        return state;
    }

    @Nullable
    String reason() {
        return reason;
    }

    int failuresInRow() {
        return failuresInRow;
    }

    /** Nanoseconds for which it stays closed to all but probes; 0 where it does not. */
    long closedFor(long now) {
        long probed = state != State.CLOSED && closedUntil > now ? closedUntil - now : 0;
        long leftAlone = leftAloneUntil > now ? leftAloneUntil - now : 0;
        return Math.max(probed, leftAlone);
    }
}
