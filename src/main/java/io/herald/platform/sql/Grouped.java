package io.herald.platform.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Questions that come at the same time are answered by one query: what arrives while a query is under way goes into the next.
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
    private final int maxQueries;
    private final Query<Q, A> query;
    private final ConcurrentLinkedQueue<Asked<Q, A>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /** @param maxQueries that may be under way at once */
    public Grouped(Database database, int maxGroup, int maxQueries, Query<Q, A> query) {
        this.database = database;
        this.maxGroup = maxGroup;
        this.maxQueries = maxQueries;
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
        while (!waiting.isEmpty()) {
            int now = running.get();
            if (now >= maxQueries) {
                return;
            }
            if (running.compareAndSet(now, now + 1)) {
                askGroup();
            }
        }
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
            running.decrementAndGet();
            return;
        }
        database.run(c -> query.on(c, group.stream().map(Asked::question).toList()))
                .whenComplete((answers, failure) -> {
                    running.decrementAndGet();
                    for (int i = 0; i < group.size(); i++) {
                        if (failure == null) {
                            group.get(i).answer().complete(answers.get(i));
                        } else {
                            group.get(i).answer().completeExceptionally(failure);
                        }
                    }
                    go();
                });
    }
}
