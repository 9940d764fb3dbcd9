package io.herald.dispatch;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.stream.AbruptStageTerminationException;
import akka.stream.AbruptTerminationException;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.herald.channel.Adapters;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.SendRequest;
import io.herald.contact.OptOuts;
import io.herald.dispatch.FairQueue.Stream;
import io.herald.dispatch.LaneStages.Poke;
import io.herald.kernel.Category;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import io.herald.message.Dispatch.Ticket;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One provider account on one node. Tickets queue fairly between tenants; a ticket whose turn comes close passes consent and is
 * journaled as an attempt; the attempt waits at the wire until its limits let it go, then the adapter makes the call, and the
 * message's entity is told of the outcome until it has journaled it.
 *
 * <p>Attempts are journaled only a moment ({@link #LOOK_AHEAD}) before they can go: enough to hide a commit's time, few enough to be
 * named when their campaign is paused. What holds an attempt at the wire for longer sends it back.
 *
 * <p>The queues are the lane's own; the stream that works on them can end and begin again, after a failure or a change of the
 * account, and goes on where it stood.
 */
public final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final long LOOK_AHEAD = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_AT_WIRE = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_STARTING = 192;
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** What lanes share. */
    record Surroundings(
            ActorSystem<?> system,
            ProviderAccounts accounts,
            Adapters adapters,
            Messages messages,
            OptOuts optOuts,
            ProviderIds providerIds,
            Limits limits,
            CampaignGates gates,
            ScheduledExecutorService timer,
            BooleanSupplier stopping,
            DispatchSettings settings) {}

    /** A ticket in the queue. */
    record Waiting(Ticket ticket, Stream stream, long since) {}

    /** A journaled attempt at the wire. */
    record Ready(
            SendRequest request,
            Category category,
            @Nullable String campaignId,
            Stream stream,
            long since) {}

    private final String accountId;
    private final LimitKey accountKey;
    private final Surroundings s;
    private final Object lock = new Object();
    private final FairQueue<Waiting> queue = new FairQueue<>();
    private final Set<String> queued = new HashSet<>();
    private final FairQueue<Ready> wire = new FairQueue<>();
    private final Map<Stream, Integer> undeparted = new HashMap<>();
    private final Map<Stream, String> waitsFor = new HashMap<>();
    private final LaneHealth health;
    private final AtomicInteger calls = new AtomicInteger();
    private final Poke admission;
    private final Poke departure;
    private int undepartedInAll;
    private volatile Instant asOf = Instant.EPOCH;
    private volatile boolean draining;

    Lane(String accountId, Surroundings surroundings) {
        this.accountId = accountId;
        this.accountKey = new LimitKey(LimitKey.Kind.PROVIDER, accountId);
        this.s = surroundings;
        this.health = new LaneHealth(s.settings().health());
        this.admission = new Poke(s.timer());
        this.departure = new Poke(s.timer());
        admitting();
        departing();
    }

    /** The stream from the queue to the wire; after a failure it begins again. */
    private void admitting() {
        Source.fromGraph(new LaneStages.Admission(this, admission))
                .mapAsyncUnordered(MOST_STARTING, this::start)
                .runForeach(started -> started.ifPresent(this::toWire), s.system())
                .whenComplete((done, failure) -> again(failure, this::admitting));
    }

    /** The stream from the wire to the provider; it ends when the account was changed, and another takes over. */
    private void departing() {
        Optional<ProviderAccount> account = s.accounts().find(accountId);
        asOf = account.map(ProviderAccount::updatedAt).orElse(Instant.EPOCH);
        Source.fromGraph(new LaneStages.Departure(this, departure))
                .mapAsyncUnordered(account.map(ProviderAccount::maxConcurrent).orElse(1), this::call)
                .runWith(Sink.ignore(), s.system())
                .whenComplete((done, failure) -> again(failure, this::departing));
    }

    private void again(@Nullable Throwable failure, Runnable stream) {
        if (failure != null && !isEnd(failure)) {
            LOG.atError().addKeyValue("account_id", accountId).setCause(failure).log("a lane failed and begins again");
            s.timer().schedule(stream, 200, TimeUnit.MILLISECONDS);
        }
    }

    /** Where the actor system ends, its streams do. */
    private boolean isEnd(Throwable failure) {
        return s.stopping().getAsBoolean()
                || failure instanceof AbruptTerminationException
                || failure instanceof AbruptStageTerminationException;
    }

    /** @return false where the queue is full */
    boolean offer(Ticket ticket) {
        synchronized (lock) {
            if (queued.size() >= s.settings().maxQueued()) {
                return false;
            }
            if (!queued.add(key(ticket))) {
                return true;
            }
            Stream stream = new Stream(
                    ticket.tenantId(),
                    ticket.campaignId() == null ? "" : ticket.campaignId(),
                    ticket.sender() == null ? "" : ticket.sender());
            queue.add(ticket.category(), stream, new Waiting(ticket, stream, System.nanoTime()));
        }
        admission.now();
        return true;
    }

    private static String key(Ticket ticket) {
        return ticket.tenantId() + "/" + ticket.messageId();
    }

    /** The ticket whose turn it is, if one may start now; else a poke is arranged for when one may. */
    @Nullable
    Waiting admit() {
        if (draining) {
            return null;
        }
        long[] sooner = {Long.MAX_VALUE};
        Waiting next;
        synchronized (lock) {
            long healthy = health.untilNext(System.nanoTime());
            if (healthy > 0 || (health.state() != LaneHealth.State.CLOSED && undepartedInAll > 0)) {
                admission.after(healthy > 0 ? healthy : LOOK_AHEAD);
                return null;
            }
            Limits.Forecast account = s.limits().forecast(List.of(accountKey));
            long early = account.waitNanos() + undepartedInAll * account.intervalNanos() - LOOK_AHEAD;
            if (early > 0) {
                admission.after(early);
                return null;
            }
            if (undepartedInAll >= MOST_STARTING) {
                return null;
            }
            next = queue.poll(stream -> {
                long wait = untilStart(stream);
                sooner[0] = Math.min(sooner[0], wait <= 0 ? Long.MAX_VALUE : wait);
                return wait <= 0;
            });
            if (next != null) {
                queued.remove(key(next.ticket()));
                undeparted.merge(next.stream(), 1, Integer::sum);
                undepartedInAll++;
            }
        }
        if (next == null && sooner[0] != Long.MAX_VALUE) {
            admission.after(sooner[0]);
        }
        return next;
    }

    private long untilStart(Stream stream) {
        if (!stream.id().isEmpty() && !s.gates().isOpen(stream.tenantId(), stream.id())) {
            waitsFor.put(stream, "campaign_paused");
            return Long.MAX_VALUE;
        }
        Limits.Forecast forecast = s.limits().forecast(keys(stream));
        if (forecast.binding() != null) {
            waitsFor.put(stream, forecast.binding().toString());
        }
        return forecast.waitNanos() + undeparted.getOrDefault(stream, 0) * forecast.intervalNanos() - LOOK_AHEAD;
    }

    private List<LimitKey> keys(Stream stream) {
        List<LimitKey> keys = new ArrayList<>(4);
        keys.add(accountKey);
        keys.add(new LimitKey(LimitKey.Kind.TENANT, stream.tenantId()));
        if (!stream.id().isEmpty()) {
            keys.add(LimitKey.campaign(stream.tenantId(), stream.id()));
        }
        String sender = stream.sender();
        if (sender.isEmpty()) {
            sender = s.accounts().find(accountId).map(ProviderAccount::sender).orElse(null);
        }
        if (sender != null && !sender.isEmpty()) {
            keys.add(new LimitKey(LimitKey.Kind.SENDER, sender));
        }
        return keys;
    }

    /**
     * Consent, then the journal. The stage never fails: nothing comes of a ticket that must not start, and one that could not,
     * with the database away, queues again.
     */
    private CompletionStage<Optional<Ready>> start(Waiting waiting) {
        Ticket ticket = waiting.ticket();
        String campaign = ticket.campaignId();
        if (campaign != null && !s.gates().enter(campaign)) {
            synchronized (lock) {
                if (queued.add(key(ticket))) {
                    queue.addFirst(ticket.category(), waiting.stream(), waiting);
                }
            }
            return CompletableFuture.completedFuture(notStarted(waiting.stream()));
        }
        OptOuts.Subject subject = new OptOuts.Subject(ticket.tenantId(), ticket.channel(), ticket.address());
        return s.optOuts()
                .enter(subject)
                .thenCompose(passage -> passing(waiting, passage)
                        .whenComplete((reply, failure) -> s.optOuts().leave(passage)))
                .handle((reply, failure) -> {
                    if (failure != null) {
                        s.timer().schedule(() -> offer(ticket), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                    }
                    boolean started = reply instanceof MessageEntity.Started;
                    if (campaign != null) {
                        s.gates().entered(campaign, ticket.messageId(), started);
                    }
                    if (!(reply instanceof MessageEntity.Started go)) {
                        return notStarted(waiting.stream());
                    }
                    return Optional.of(
                            new Ready(go.request(), ticket.category(), campaign, waiting.stream(), System.nanoTime()));
                });
    }

    private CompletionStage<MessageEntity.Reply> passing(Waiting waiting, OptOuts.Passage passage) {
        Ticket ticket = waiting.ticket();
        if (passage.refused()) {
            return s.messages().suppress(ticket.tenantId(), ticket.messageId(), "opted_out");
        }
        return s.messages().start(ticket.tenantId(), ticket.messageId(), waited(waiting), "not_opted_out");
    }

    private Map<String, Long> waited(Waiting waiting) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiting.since());
        if (millis == 0) {
            return Map.of();
        }
        synchronized (lock) {
            return Map.of(waitsFor.getOrDefault(waiting.stream(), "lane/" + accountId), millis);
        }
    }

    private Optional<Ready> notStarted(Stream stream) {
        departed(stream);
        return Optional.empty();
    }

    private void departed(Stream stream) {
        synchronized (lock) {
            undeparted.computeIfPresent(stream, (key, n) -> n == 1 ? null : n - 1);
            undepartedInAll--;
            if (undeparted.isEmpty()) {
                waitsFor.clear();
            }
        }
        admission.now();
    }

    private void toWire(Ready ready) {
        synchronized (lock) {
            wire.add(ready.category(), ready.stream(), ready);
        }
        departure.now();
    }

    /** The attempt that may go now, its limits taken; else a poke is arranged for when one may. */
    @Nullable
    Ready depart() {
        long[] sooner = {Long.MAX_VALUE};
        Ready next;
        synchronized (lock) {
            long now = System.nanoTime();
            long healthy = health.untilNext(now);
            if (healthy > 0) {
                if (wire.size() > 0) {
                    departure.after(Math.min(healthy, LOOK_AHEAD));
                }
                return null;
            }
            next = wire.poll(stream -> {
                Limits.Verdict verdict = s.limits().depart(keys(stream));
                if (!verdict.go()) {
                    sooner[0] = Math.min(sooner[0], verdict.waitNanos());
                }
                return verdict.go();
            });
            if (next != null) {
                health.departed(now);
                calls.incrementAndGet();
            }
        }
        if (next != null) {
            departed(next.stream());
        } else if (sooner[0] != Long.MAX_VALUE) {
            departure.after(sooner[0]);
        }
        return next;
    }

    /** The call, and the word to the message. The stage completes when the outcome is journaled. */
    private CompletionStage<Done> call(Ready ready) {
        SendRequest request = ready.request();
        if (s.optOuts().isRevoked(new OptOuts.Subject(request.tenantId(), request.channel(), request.to()))) {
            SendResult revoked =
                    new SendResult.Rejected(ErrorClass.OPTED_OUT, "opted_out", "opted out before it left", null);
            synchronized (lock) {
                health.notSent();
            }
            return tell(ready, revoked).whenComplete((done, failure) -> calls.decrementAndGet());
        }
        return send(request)
                .exceptionally(
                        e -> new SendResult.Unknown("adapter", e.getClass().getSimpleName()))
                .thenCompose(result -> {
                    returned(result);
                    if (result instanceof SendResult.Accepted accepted) {
                        s.providerIds()
                                .remember(
                                        accountId,
                                        accepted.providerMessageId(),
                                        new ProviderIds.Known(
                                                request.tenantId(), request.messageId(), request.attempt()));
                    }
                    return tell(ready, result);
                })
                .whenComplete((done, failure) -> calls.decrementAndGet());
    }

    /** An adapter that throws has a bug, and is no reason to lose sight of its attempt. */
    private CompletionStage<SendResult> send(SendRequest request) {
        try {
            return s.adapters()
                    .of(accountId)
                    .map(adapter -> adapter.send(request))
                    .orElseGet(() -> CompletableFuture.completedFuture(new SendResult.Rejected(
                            ErrorClass.PERMANENT_CONFIG, "no_account", "the account is gone", null)));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("account_id", accountId).setCause(e).log("an adapter failed");
            return CompletableFuture.failedFuture(e);
        }
    }

    private void returned(SendResult result) {
        boolean more;
        synchronized (lock) {
            LaneHealth.State before = health.state();
            more = health.returned(result, System.nanoTime());
            if (health.state() != before) {
                LOG.atWarn()
                        .addKeyValue("account_id", accountId)
                        .addKeyValue("state", health.state().wire())
                        .addKeyValue("reason", health.reason())
                        .log("a lane changed its state");
            }
            s.limits().adapt(accountKey, health.adaptive());
        }
        if (more) {
            admission.now();
            departure.now();
        }
    }

    /** Again and again until the message has it: what the provider said must not be lost with a database that is away. */
    private CompletionStage<Done> tell(Ready ready, SendResult result) {
        SendRequest request = ready.request();
        return s.messages()
                .outcome(request.tenantId(), request.messageId(), request.attempt(), result)
                .thenApply(reply -> {
                    landed(ready);
                    return (CompletionStage<Done>) CompletableFuture.completedFuture(Done.getInstance());
                })
                .exceptionally(e -> {
                    if (s.stopping().getAsBoolean()) {
                        landed(ready);
                        return CompletableFuture.completedFuture(Done.getInstance());
                    }
                    CompletableFuture<Done> later = new CompletableFuture<>();
                    s.timer()
                            .schedule(
                                    () -> tell(ready, result).thenAccept(later::complete),
                                    AGAIN.toMillis(),
                                    TimeUnit.MILLISECONDS);
                    return later;
                })
                .thenCompose(stage -> stage);
    }

    private void landed(Ready ready) {
        if (ready.campaignId() != null) {
            s.gates().landed(ready.campaignId(), ready.request().messageId());
        }
    }

    /** Once a second: adapts the rate, sends back what has been at the wire for too long, follows changes of the account. */
    void tick() {
        List<Ready> back = new ArrayList<>();
        synchronized (lock) {
            long now = System.nanoTime();
            double limit = s.limits().inForce(accountKey).orElse(Double.POSITIVE_INFINITY);
            double before = health.adaptive();
            double after = health.recover(now, Math.max(limit, before));
            if (after != before) {
                s.limits().adapt(accountKey, after);
            }
            boolean shut = draining && health.untilNext(now) > 0;
            List<Ready> kept = new ArrayList<>();
            for (Ready ready = wire.poll(stream -> true); ready != null; ready = wire.poll(stream -> true)) {
                (shut || now - ready.since() > LONGEST_AT_WIRE ? back : kept).add(ready);
            }
            kept.forEach(ready -> wire.add(ready.category(), ready.stream(), ready));
        }
        for (Ready ready : back) {
            departed(ready.stream());
            tell(
                    ready,
                    new SendResult.Rejected(
                            ErrorClass.THROTTLED, "not_sent", "it could not go in time", Duration.ofSeconds(1)));
        }
        boolean changed = s.accounts()
                .find(accountId)
                .map(account -> !account.updatedAt().equals(asOf))
                .orElse(false);
        if (changed) {
            reset();
            departure.end();
            departing();
        }
        admission.now();
        departure.now();
    }

    /** An operator's word that the account is well. */
    void reset() {
        synchronized (lock) {
            health.reset();
            s.limits().adapt(accountKey, Double.POSITIVE_INFINITY);
        }
        admission.now();
        departure.now();
    }

    /** Admits nothing more. */
    void drain() {
        draining = true;
        departure.now();
    }

    /** Nothing is under way. */
    boolean isIdle() {
        synchronized (lock) {
            return undepartedInAll == 0 && calls.get() == 0;
        }
    }

    boolean holds(Ticket ticket) {
        synchronized (lock) {
            return queued.contains(key(ticket));
        }
    }

    void poke() {
        admission.now();
        departure.now();
    }

    /** A lane as an operator sees it. */
    public record Snapshot(
            String accountId,
            String state,
            @Nullable String reason,
            int failuresInRow,
            Duration closedFor,
            int queuedTransactional,
            int queuedMarketing,
            int atWire,
            int inFlight,
            double adaptiveRate) {}

    Snapshot snapshot() {
        synchronized (lock) {
            return new Snapshot(
                    accountId,
                    health.state().wire(),
                    health.reason(),
                    health.failuresInRow(),
                    Duration.ofNanos(health.closedFor(System.nanoTime())),
                    queue.size(Category.TRANSACTIONAL),
                    queue.size(Category.MARKETING),
                    wire.size(),
                    calls.get(),
                    health.adaptive());
        }
    }
}
