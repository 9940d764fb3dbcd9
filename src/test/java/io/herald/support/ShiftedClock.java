package io.herald.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that runs, ahead of the world's by as much as it was moved; in microseconds, as a node's own. */
public final class ShiftedClock implements InstantSource {
    private static final InstantSource WORLD = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    public void forward(Duration time) {
        ahead.updateAndGet(before -> before.plus(time));
    }

    @Override
    public Instant instant() {
        return WORLD.instant().plus(ahead.get());
    }
}
