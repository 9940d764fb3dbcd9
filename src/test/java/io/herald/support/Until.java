package io.herald.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions. */
public final class Until {
    private static final long LOOK_EVERY_NANOS = 20_000_000;

    private Until() {}

    /** Returns as soon as {@code condition} holds; fails, saying {@code what}, where it does not within {@code patience}. */
    public static void holds(String what, Duration patience, BooleanSupplier condition) {
        holds(() -> what, patience, condition);
    }

    /** As the other one, with the message made when it is needed. */
    public static void holds(Supplier<String> what, Duration patience, BooleanSupplier condition) {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - giveUp > 0) {
                throw new AssertionError("not within " + patience + ": " + what.get());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
