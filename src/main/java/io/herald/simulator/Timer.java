package io.herald.simulator;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes event loops when something of theirs is due: what is due within two milliseconds at once, so never early and up to
 * two late. An event loop's own timers are for seconds: near a deadline it polls without pause, and with thousands of
 * deadlines a second it does nothing else.
 */
final class Timer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Timer.class);
    private static final long GRAIN_NANOS = 2_000_000;

    private final long startNanos = System.nanoTime();
    private final NavigableMap<Long, Map<EventLoop, List<Runnable>>> due = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("simulator-timer").start(this::run);
    private boolean closed;

    void after(Duration delay, EventLoop loop, Runnable task) {
        long grain = Math.ceilDiv(System.nanoTime() - startNanos + delay.toNanos(), GRAIN_NANOS);
        lock.lock();
        try {
            boolean first = due.isEmpty() || grain < due.firstKey();
            due.computeIfAbsent(grain, g -> new IdentityHashMap<>(2))
                    .computeIfAbsent(loop, l -> new ArrayList<>())
                    .add(task);
            if (first) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what isn't due yet. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (var batch = next(); batch != null; batch = next()) {
                batch.forEach((loop, tasks) -> loop.execute(() -> tasks.forEach(Timer::run)));
            }
        } catch (InterruptedException e) {
            LOG.error("the simulator's timer was interrupted", e);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("the simulator failed at something that was due", e);
        }
    }

    private @Nullable Map<EventLoop, List<Runnable>> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                if (due.isEmpty()) {
                    changed.await();
                    continue;
                }
                long left = due.firstKey() * GRAIN_NANOS - (System.nanoTime() - startNanos);
                if (left <= 0) {
                    return due.pollFirstEntry().getValue();
                }
                changed.awaitNanos(left);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }
}
