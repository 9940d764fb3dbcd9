package io.herald.platform.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Questions that come at the same time are answered by one query: what arrives while a query is under way, or within a moment after
 * it began, goes into the next. A question that comes alone is asked at once.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
public final class Grouped<Q, A> {

    /** Answers a group. */
    @FunctionalInterface
    public interface Query<Q, A> {
        /** @return an answer for each question, in their order */
        List<A> on(Connection connection, List<Q> questions) throws SQLException;
    }

    private record Asked<Q, A>(Q question, CompletableFuture<A> answer) {}

    private final Database database;
    private final int maxGroup;
    private final long pace;
    private final Query<Q, A> query;
    private final ConcurrentLinkedQueue<Asked<Q, A>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Whoever has made it busy reads and writes this. */
    private long notBefore = System.nanoTime();

    /** @param pace the least time between the beginnings of two queries, but after a full group */
    public Grouped(Database database, int maxGroup, Duration pace, Query<Q, A> query) {
        this.database = database;
        this.maxGroup = maxGroup;
        this.pace = pace.toNanos();
        this.query = query;
    }

    /** Fails with {@link DatabaseAway} as any query does, and then for its whole group. */
    public CompletableFuture<A> ask(Q question) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        waiting.add(new Asked<>(question, answer));
        go();
        return answer;
    }

    private void go() {
        if (waiting.isEmpty() || !busy.compareAndSet(false, true)) {
            return;
        }
        long early = notBefore - System.nanoTime();
        if (early <= 0) {
            askGroup();
        } else {
            CompletableFuture.delayedExecutor(early, TimeUnit.NANOSECONDS, Runnable::run)
                    .execute(this::askGroup);
        }
    }

    private void free() {
        busy.set(false);
        go();
    }

    private void askGroup() {
        List<Asked<Q, A>> group = new ArrayList<>();
        for (Asked<Q, A> next = waiting.poll(); next != null; next = waiting.poll()) {
            group.add(next);
            if (group.size() == maxGroup) {
                break;
            }
        }
        if (group.isEmpty()) {
            free();
            return;
        }
        notBefore = System.nanoTime() + (group.size() == maxGroup ? 0 : pace);
        database.run(c -> query.on(c, group.stream().map(Asked::question).toList()))
                .whenComplete((answers, failure) -> {
                    free();
                    for (int i = 0; i < group.size(); i++) {
                        if (failure == null) {
                            group.get(i).answer().complete(answers.get(i));
                        } else {
                            group.get(i).answer().completeExceptionally(failure);
                        }
                    }
                });
    }
}
