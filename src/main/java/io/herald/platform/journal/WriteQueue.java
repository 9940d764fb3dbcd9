package io.herald.platform.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Writes that wait for their commit, in the order in which they came, for several writers to take. */
final class WriteQueue {
    record Write(List<JournalRow> rows, CompletableFuture<Void> done) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition some = lock.newCondition();
    private final Condition plenty = lock.newCondition();
    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    private final int aGroup;
    private final int bound;
    private final Runnable room;
    /** Somebody was told that this is full, and not yet that there is room. */
    private boolean awaited;

    private boolean closed;

    /**
     * @param aGroup how many writes are enough for a group
     * @param bound how many make it full; it takes more, but who heeds {@link #isFull} brings none
     * @param room run when half of the bound is free again, after {@link #isFull} had said that it was full
     */
    WriteQueue(int aGroup, int bound, Runnable room) {
        this.aGroup = aGroup;
        this.bound = bound;
        this.room = room;
    }

    /** @return false once this is closed */
    boolean add(Write write) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            writes.add(write);
            some.signal();
            if (writes.size() >= aGroup) {
                plenty.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        lock.lock();
        try {
            boolean full = writes.size() >= bound;
            awaited |= full;
            return full;
        } finally {
            lock.unlock();
        }
    }

    /** What waits, a group at most, as soon as there is something; nothing once this is closed and empty. */
    List<Write> takeSome() throws InterruptedException {
        return takeGroup(1, some);
    }

    /** A whole group, as soon as one waits; nothing once this is closed and less than that is left. */
    List<Write> takePlenty() throws InterruptedException {
        return takeGroup(aGroup, plenty);
    }

    private List<Write> takeGroup(int least, Condition enough) throws InterruptedException {
        List<Write> group;
        lock.lock();
        try {
            while (writes.size() < least && !closed) {
                enough.await();
            }
            group = writes.size() < least ? List.of() : take(aGroup);
        } finally {
            lock.unlock();
        }
        tellOfRoom();
        return group;
    }

    /** Takes all there is. */
    List<Write> drain() {
        List<Write> all;
        lock.lock();
        try {
            all = take(writes.size());
        } finally {
            lock.unlock();
        }
        tellOfRoom();
        return all;
    }

    private List<Write> take(int most) {
        int n = Math.min(most, writes.size());
        List<Write> taken = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            taken.add(writes.remove());
        }
        return taken;
    }

    private void tellOfRoom() {
        boolean told;
        lock.lock();
        try {
            told = awaited && writes.size() <= bound / 2;
            awaited &= !told;
        } finally {
            lock.unlock();
        }
        if (told) {
            room.run();
        }
    }

    /** Lets nothing more in; what is there can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            some.signalAll();
            plenty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
