package io.herald.contact;

import akka.Done;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.herald.kernel.Channel;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Grouped;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who must not be messaged. An attempt {@link #enter}s before it is journaled and leaves when it is; an opt-out is recorded first
 * and then waits for those of its person that had entered before: when {@link #record} completes, no attempt that starts later can
 * have missed it. Checks that come at the same time are made by one query.
 */
public final class OptOuts {
    private static final int MAX_GROUP = 500;
    private static final Duration PACE = Duration.ofMillis(15);

    private static final String REFUSED = """
            SELECT tenant_id, channel, address FROM opt_out
            JOIN unnest(?::text[], ?::text[], ?::text[]) AS asked (tenant_id, channel, address)
                USING (tenant_id, channel, address)
            """;

    /** A person as consent knows one. */
    public record Subject(String tenantId, Channel channel, String address) {}

    /** An opt-out as it is listed. */
    public record OptOut(Channel channel, String address, String source, Instant since) {}

    /**
     * An attempt's passage. {@code refused} says that it must not begin; in any case it is to be left.
     *
     * @param number its place among those of the same person
     */
    public record Passage(Subject subject, boolean refused, long number) {}

    /** The attempts that are between their check and the journal, for one person, and the opt-outs that wait for some of them. */
    private static final class Inside {
        private long next;
        private final List<Long> numbers = new ArrayList<>(1);
        private final List<Waiting> waiting = new ArrayList<>(0);
    }

    /** Waits for the attempts with lower numbers only: those that enter later see the opt-out, and may be many. */
    private record Waiting(long below, CompletableFuture<Done> drained) {}

    private final Database database;
    private final InstantSource clock;
    private final Map<Subject, Inside> inside = new ConcurrentHashMap<>();
    private final Grouped<Subject, Boolean> refused;

    /** Those who opted out a moment ago, for attempts that are journaled and have not left. */
    private final Cache<Subject, Boolean> lately = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterWrite(Duration.ofMinutes(2))
            .build();

    public OptOuts(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.refused = new Grouped<>(database, MAX_GROUP, PACE, OptOuts::refused);
    }

    /** Announces an attempt and asks whether it may begin. The stage fails where the database is away: then it may not. */
    public CompletionStage<Passage> enter(Subject subject) {
        long[] number = new long[1];
        inside.compute(subject, (s, now) -> {
            Inside those = now == null ? new Inside() : now;
            number[0] = those.next++;
            those.numbers.add(number[0]);
            return those;
        });
        return refused.ask(subject).handle((refused, failure) -> {
            if (failure != null) {
                leave(subject, number[0]);
                throw new java.util.concurrent.CompletionException(failure);
            }
            return new Passage(subject, refused, number[0]);
        });
    }

    /** The attempt is journaled, or will not be. */
    public void leave(Passage passage) {
        leave(passage.subject(), passage.number());
    }

    private void leave(Subject subject, long number) {
        List<Waiting> released = new ArrayList<>(0);
        inside.computeIfPresent(subject, (s, those) -> {
            those.numbers.remove(number);
            long oldest = those.numbers.isEmpty() ? Long.MAX_VALUE : those.numbers.getFirst();
            those.waiting.removeIf(waiting -> waiting.below() <= oldest && released.add(waiting));
            return those.numbers.isEmpty() ? null : those;
        });
        released.forEach(waiting -> waiting.drained().complete(Done.getInstance()));
    }

    /** Completes when no further attempt can start for this person, with the opt-out as it is recorded now. */
    public CompletionStage<OptOut> record(Subject subject, String source) {
        return database.transact(c -> insert(c, subject, source))
                .thenCompose(optOut -> inForce(subject).thenApply(done -> optOut));
    }

    /** The first half of {@link #record}, in a transaction of the caller's; {@link #inForce} is the second. */
    public OptOut insert(Connection c, Subject subject, String source) throws SQLException {
        return Sql.one(
                        c,
                        """
                        INSERT INTO opt_out (tenant_id, channel, address, source, since) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (tenant_id, channel, address) DO UPDATE SET source = opt_out.source
                        RETURNING channel, address, source, since
                        """,
                        OptOuts::optOut,
                        subject.tenantId(),
                        subject.channel().wire(),
                        subject.address(),
                        source,
                        clock.instant())
                .orElseThrow();
    }

    /** After an opt-out was committed: completes when no attempt can start that has missed it. */
    public CompletionStage<Done> inForce(Subject subject) {
        lately.put(subject, true);
        return drained(subject);
    }

    /** Whether this person opted out a moment ago: then an attempt that has started must not leave. */
    public boolean isRevoked(Subject subject) {
        return lately.getIfPresent(subject) != null;
    }

    private CompletionStage<Done> drained(Subject subject) {
        CompletableFuture<Done> drained = new CompletableFuture<>();
        Inside those = inside.computeIfPresent(subject, (s, now) -> {
            now.waiting.add(new Waiting(now.next, drained));
            return now;
        });
        if (those == null) {
            drained.complete(Done.getInstance());
        }
        return drained;
    }

    /** @return whether there was one to lift */
    public CompletionStage<Boolean> lift(Subject subject) {
        return database.run(c -> delete(c, subject)).thenApply(lifted -> {
            readmit(subject);
            return lifted;
        });
    }

    /** The first half of {@link #lift}, in a transaction of the caller's; {@link #readmit} is the second. */
    public boolean delete(Connection c, Subject subject) throws SQLException {
        return Sql.update(
                        c,
                        "DELETE FROM opt_out WHERE tenant_id = ? AND channel = ? AND address = ?",
                        subject.tenantId(),
                        subject.channel().wire(),
                        subject.address())
                > 0;
    }

    /** After an opt-out was lifted. */
    public void readmit(Subject subject) {
        lately.invalidate(subject);
    }

    public CompletionStage<List<OptOut>> list(
            String tenantId, Optional<String> address, String afterChannel, String afterAddress, int limit) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT channel, address, source, since FROM opt_out
                WHERE tenant_id = ? AND (?::text IS NULL OR address = ?) AND (channel, address) > (?, ?)
                ORDER BY channel, address LIMIT ?
                """,
                OptOuts::optOut,
                tenantId,
                address.orElse(null),
                address.orElse(null),
                afterChannel,
                afterAddress,
                limit));
    }

    private static OptOut optOut(ResultSet row) throws SQLException {
        return new OptOut(
                Channel.of(row.getString("channel")),
                row.getString("address"),
                row.getString("source"),
                Sql.instant(row, "since"));
    }

    private static List<Boolean> refused(Connection c, List<Subject> asked) throws SQLException {
        Set<Subject> found = new HashSet<>(Sql.list(
                c,
                REFUSED,
                row -> new Subject(
                        row.getString("tenant_id"), Channel.of(row.getString("channel")), row.getString("address")),
                asked.stream().map(Subject::tenantId).toArray(String[]::new),
                asked.stream().map(s -> s.channel().wire()).toArray(String[]::new),
                asked.stream().map(Subject::address).toArray(String[]::new)));
        return asked.stream().map(found::contains).toList();
    }
}
