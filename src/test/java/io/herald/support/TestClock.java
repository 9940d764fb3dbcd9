package io.herald.support;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that goes when it is moved: of instants, and of nanoseconds as {@link System#nanoTime} counts them. */
public final class TestClock implements InstantSource, LongSupplier {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    /** Nanoseconds may begin anywhere, below zero too. */
    private static final long NANOS_AT_START = -5_000_000_000L;

    private final AtomicLong passed = new AtomicLong();

    public void advance(Duration by) {
        advance(by.toNanos());
    }

    public void advance(long nanos) {
        passed.addAndGet(nanos);
    }

    @Override
    public Instant instant() {
        return START.plusNanos(passed.get());
    }

    @Override
    public long getAsLong() {
        return NANOS_AT_START + passed.get();
    }
}
