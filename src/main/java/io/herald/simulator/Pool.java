package io.herald.simulator;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's connections to one target that have nothing to do; the newest is taken first. For one thread. */
final class Pool {
    /** Shorter than servers commonly keep an idle connection, so that a callback seldom meets one just closed. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final EventLoop loop;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean sweeping;

    private record Idle(Line line, long sinceNanos) {}

    Pool(EventLoop loop) {
        this.loop = loop;
    }

    /** One that is open and was idle for less than four seconds, or null. */
    @Nullable
    Line take() {
        Idle last = idle.pollLast();
        while (last != null) {
            if (!expired(last) && last.line.open()) {
                return last.line;
            }
            last.line.hangUp();
            last = idle.pollLast();
        }
        return null;
    }

    void give(Line line) {
        idle.addLast(new Idle(line, System.nanoTime()));
        if (!sweeping) {
            sweeping = true;
            sweepLater();
        }
    }

    void remove(Line line) {
        idle.removeIf(one -> one.line == line);
    }

    private void sweepLater() {
        loop.schedule(this::sweep, IDLE_NANOS, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        Idle first = idle.peekFirst();
        while (first != null && expired(first)) {
            idle.removeFirst();
            first.line.hangUp();
            first = idle.peekFirst();
        }
        sweeping = !idle.isEmpty();
        if (sweeping) {
            sweepLater();
        }
    }

    private static boolean expired(Idle one) {
        return System.nanoTime() - one.sinceNanos >= IDLE_NANOS;
    }
}
