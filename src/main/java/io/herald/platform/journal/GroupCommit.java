package io.herald.platform.journal;

import io.herald.platform.journal.WriteQueue.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * The writers of a node. What arrives while a commit is under way goes out together in the next one, so a group grows with the
 * load and an idle system pays for one commit only. When a whole group waits already, another writer takes it. A write is
 * acknowledged after its commit, never before.
 */
final class GroupCommit implements AutoCloseable {

    /** Opens a connection; the writer closes it. */
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    /**
     * @param writers at most, each with a connection
     * @param maxGroup writes in one transaction
     * @param maxQueue writes that may wait before {@link #isFull}
     * @param patience how long a lost connection is looked for before the writes that wait are refused
     */
    record Settings(int writers, int maxGroup, int maxQueue, Duration patience) {}

    private final WriteQueue queue;
    private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param views by the writer's number, from 0; each is written by its writer alone
     * @param room run when there is room again, after {@link #isFull} had said that there was none
     */
    GroupCommit(
            Connections connections,
            IntFunction<List<InlineView<?>>> views,
            Settings settings,
            CommitListener listener,
            Runnable room) {
        queue = new WriteQueue(settings.maxGroup(), settings.maxQueue(), room);
        for (int i = 0; i < settings.writers(); i++) {
            Writer.Groups source = i == 0 ? queue::takeSome : queue::takePlenty;
            Writer writer = new Writer(connections, views.apply(i), queue, source, settings.patience(), listener);
            threads.add(Thread.ofPlatform().name("journal-writer-", i).daemon().start(writer));
        }
    }

    /**
     * A write that comes while its entity's last is under way is queued when that one has ended: writers overtake one another, and
     * an entity's rows must not.
     *
     * @param rows of this entity, to be committed together or not at all; none to hear when its turn would have come
     */
    CompletableFuture<Void> write(String persistenceId, List<JournalRow> rows) {
        Write write = new Write(rows, new CompletableFuture<>());
        CompletableFuture<Void> before = pending.put(persistenceId, write.done());
        write.done().whenComplete((ok, failure) -> pending.remove(persistenceId, write.done()));
        if (before == null || before.isDone()) {
            add(write);
        } else {
            before.whenComplete((ok, failure) -> add(write));
        }
        return write.done();
    }

    private void add(Write write) {
        if (!queue.add(write)) {
            write.done().completeExceptionally(new IllegalStateException("the journal is closed"));
        }
    }

    /** So much waits that who can should hold back; what comes nevertheless is taken. */
    boolean isFull() {
        return queue.isFull();
    }

    /** Completes when nothing of this entity is on its way any more, however it ended. */
    CompletableFuture<Void> settled(String persistenceId) {
        CompletableFuture<Void> write = pending.get(persistenceId);
        return write == null ? CompletableFuture.completedFuture(null) : write.handle((ok, failure) -> null);
    }

    /** Commits what has been handed in, then stops. */
    @Override
    public void close() {
        queue.close();
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
