package io.herald.dispatch;

import akka.NotUsed;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.japi.Pair;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.herald.message.Messages;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes what is due: retries, scheduled messages, silence after an acceptance, unknown outcomes; and what a process that is gone
 * held in its memory. Each sweeper has a share of the messages. Waking twice is harmless: the message decides what is due.
 */
public final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int BUCKETS = 8;
    private static final int PAGE = 1000;
    private static final int AT_ONCE = 128;
    private static final Duration LOOK_AFTER_LEASES = Duration.ofSeconds(15);
    private static final Duration WOKEN_LATELY = Duration.ofSeconds(5);

    /** What waits for a time of its own; a paused campaign's messages wait for its resumption. */
    private static final String TIMERS = """
            SELECT d.tenant_id, d.message_id, d.due_at FROM message_due d
            LEFT JOIN campaign c ON c.tenant_id = d.tenant_id AND c.id = d.campaign_id
            WHERE d.bucket = ANY (?) AND d.owner IS NULL AND d.due_at <= ?
                AND (c.status IS NULL OR c.status <> 'paused' OR c.cancelling)
                AND (d.due_at, d.tenant_id, d.message_id) > (?, ?, ?)
            ORDER BY d.due_at, d.tenant_id, d.message_id LIMIT ?
            """;

    /** What a process held for too long, or held when it went. */
    private static final String LEASES = """
            SELECT tenant_id, message_id, due_at FROM message_due
            WHERE bucket = ANY (?) AND owner IS NOT NULL AND (due_at <= ? OR owner <> ALL (?))
                AND (due_at, tenant_id, message_id) > (?, ?, ?)
            ORDER BY due_at, tenant_id, message_id LIMIT ?
            """;

    /** What a sweeper is told; nobody but itself does. */
    public sealed interface Command {}

    private enum Tick implements Command {
        TIMERS,
        LEASES
    }

    private record Swept(Tick what, long woken, @Nullable Throwable failure) implements Command {}

    private record Due(String tenantId, String messageId, Instant at) {
        static final Due FIRST = new Due("", "", Instant.EPOCH);
    }

    private final ActorContext<Command> context;
    private final Database database;
    private final Messages messages;
    private final LiveNodes nodes;
    private final InstantSource clock;
    private final int[] buckets;
    private boolean timersUnderWay;
    private boolean leasesUnderWay;
    private Set<String> nodesAtLastSweep = Set.of();
    private Instant leasesAgain = Instant.EPOCH;
    private final Cache<String, Boolean> woken = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterWrite(WOKEN_LATELY)
            .build();

    private Sweeper(
            ActorContext<Command> context,
            Database database,
            Messages messages,
            LiveNodes nodes,
            InstantSource clock,
            int[] buckets) {
        this.context = context;
        this.database = database;
        this.messages = messages;
        this.nodes = nodes;
        this.clock = clock;
        this.buckets = buckets;
    }

    /**
     * One of several that share the work.
     *
     * @param index from 0
     * @param every how often what is due is looked for
     */
    public static Behavior<Command> create(
            Database database,
            Messages messages,
            LiveNodes nodes,
            InstantSource clock,
            int index,
            int sweepers,
            Duration every) {
        int[] buckets =
                IntStream.range(0, BUCKETS).filter(b -> b % sweepers == index).toArray();
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Sweeper(context, database, messages, nodes, clock, buckets).sweeping(timers, every)));
    }

    private Behavior<Command> sweeping(TimerScheduler<Command> timers, Duration every) {
        timers.startTimerWithFixedDelay(Tick.TIMERS, every);
        timers.startTimerWithFixedDelay(Tick.LEASES, Duration.ofSeconds(1));
        return Behaviors.receive(Command.class)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Swept.class, this::onSwept)
                .build();
    }

    private Behavior<Command> onTick(Tick tick) {
        switch (tick) {
            case TIMERS -> {
                if (!timersUnderWay) {
                    timersUnderWay = true;
                    Instant now = clock.instant();
                    sweep(tick, after -> timers(now, after));
                }
            }
            case LEASES -> leases();
        }
        return Behaviors.same();
    }

    /** Now and then, and at once when the cluster has lost a process. */
    private void leases() {
        Instant now = clock.instant();
        Set<String> live = nodes.all();
        boolean lost = !live.containsAll(nodesAtLastSweep) || nodesAtLastSweep.isEmpty();
        if (leasesUnderWay || (!lost && now.isBefore(leasesAgain))) {
            return;
        }
        leasesUnderWay = true;
        nodesAtLastSweep = live;
        leasesAgain = now.plus(LOOK_AFTER_LEASES);
        sweep(Tick.LEASES, after -> leases(now, live, after));
    }

    private void sweep(Tick what, Function<Due, CompletionStage<List<Due>>> pages) {
        Source<Due, NotUsed> due = Source.unfoldAsync(
                        Due.FIRST,
                        (Due after) -> pages.apply(after)
                                .thenApply(page -> page.isEmpty()
                                        ? Optional.<Pair<Due, List<Due>>>empty()
                                        : Optional.of(Pair.create(page.getLast(), page))))
                .mapConcat(page -> page);
        CompletionStage<Long> swept = due.filter(d -> woken.getIfPresent(key(d)) == null)
                .mapAsyncUnordered(AT_ONCE, d -> {
                    woken.put(key(d), true);
                    return messages.wake(d.tenantId(), d.messageId())
                            .handle((reply, failure) -> failure == null ? 1L : 0L);
                })
                .runWith(Sink.fold(0L, Long::sum), context.getSystem());
        context.pipeToSelf(swept, (count, failure) -> new Swept(what, count == null ? 0 : count, failure));
    }

    private static String key(Due due) {
        return due.tenantId() + "/" + due.messageId() + "/" + due.at();
    }

    private Behavior<Command> onSwept(Swept swept) {
        if (swept.what() == Tick.TIMERS) {
            timersUnderWay = false;
        } else {
            leasesUnderWay = false;
        }
        if (swept.failure() != null) {
            LOG.atDebug().setCause(swept.failure()).log("a sweep broke off");
            if (swept.what() == Tick.LEASES) {
                leasesAgain = Instant.EPOCH;
            }
        }
        return Behaviors.same();
    }

    private CompletionStage<List<Due>> timers(Instant now, Due after) {
        return database.run(c ->
                Sql.list(c, TIMERS, Sweeper::due, buckets, now, after.at(), after.tenantId(), after.messageId(), PAGE));
    }

    private CompletionStage<List<Due>> leases(Instant now, Set<String> live, Due after) {
        return database.run(c -> Sql.list(
                c,
                LEASES,
                Sweeper::due,
                buckets,
                now,
                live.toArray(String[]::new),
                after.at(),
                after.tenantId(),
                after.messageId(),
                PAGE));
    }

    private static Due due(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Due(row.getString("tenant_id"), row.getString("message_id"), Sql.instant(row, "due_at"));
    }
}
