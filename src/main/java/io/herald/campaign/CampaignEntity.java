package io.herald.campaign;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityContext;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.CampaignDecider;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.campaign.view.Books;
import io.herald.campaign.view.CampaignQueries;
import io.herald.contact.Imports;
import io.herald.kernel.Channel;
import io.herald.kernel.Decision;
import io.herald.kernel.Rejection;
import io.herald.platform.serialization.CborSerializable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One campaign. What it decided is in the journal before anything follows from it. While it runs, a runner feeds its messages and
 * it looks at its books until they can be closed; both begin again after a failure, where they stood. It is kept in memory as
 * long as it has something to do, and brought back by a ping from the keeper after a crash.
 */
public final class CampaignEntity
        extends EventSourcedBehavior<CampaignEntity.Command, CampaignRecorded, Optional<Campaign>> {
    private static final Logger LOG = LoggerFactory.getLogger(CampaignEntity.class);

    private static final java.time.Duration PAUSE_AFTER_FAILURE = java.time.Duration.ofSeconds(1);

    public sealed interface Command extends CborSerializable {}

    /** What someone asks of it; not after {@code deadline}, when they were told that it could not be done. */
    public record Do(CampaignCommand command, Instant deadline, ActorRef<Reply> replyTo) implements Command {}

    /** Where it stands, and how fast it goes. */
    public record Look(ActorRef<Reply> replyTo) implements Command {}

    /** The keeper's word that it should be at work. */
    public enum Ping implements Command {
        PING
    }

    private enum Tick implements Command {
        REVIEW,
        CHECK
    }

    private record AudienceCounted(long targeted) implements Command {}

    private record AudienceFailed(String reason, boolean forGood) implements Command {}

    private record Advanced(long through) implements Command {}

    private record RunnerEnded(Runner.Running run, @Nullable Throwable failure) implements Command {}

    /** @param asked the campaign when its books were asked for */
    private record Reviewed(Campaign asked, @Nullable Books books) implements Command {}

    private record Swept(
            boolean replaying, long count, @Nullable Throwable failure) implements Command {}

    /** Told by the shard when the entity is to leave memory; never kept waiting. */
    public enum Stop implements Command {
        NOW
    }

    public sealed interface Reply extends CborSerializable {}

    /** @param inFlight on {@code pause} only: messages whose attempt is under way */
    public record Done(Campaign campaign, double ratePerSecond, List<String> inFlight) implements Reply {}

    public record Refused(Rejection rejection) implements Reply {}

    /** The journal would not have it; the same may be asked again. */
    public enum NotJournaled implements Reply {
        YET
    }

    public static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "Campaign");

    /** What every campaign of a node shares. */
    public record Surroundings(
            ActorSystem<?> system,
            CampaignDispatch dispatch,
            CampaignQueries queries,
            Imports imports,
            Runner runner,
            Sweep sweep,
            InstantSource clock,
            CampaignSettings settings) {}

    static void init(ClusterSharding sharding, Surroundings surroundings) {
        sharding.init(Entity.of(KEY, entity -> create(entity, surroundings)).withStopMessage(Stop.NOW));
    }

    static String entityId(String tenantId, String campaignId) {
        return tenantId + "/" + campaignId;
    }

    private static Behavior<Command> create(EntityContext<Command> entity, Surroundings surroundings) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new CampaignEntity(context, timers, entity, surroundings)));
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Surroundings s;
    private final RateMeter meter = new RateMeter();
    private Runner.@Nullable Running running;
    private Instant runNotBefore = Instant.EPOCH;
    private boolean counting;
    private boolean reviewing;
    private boolean sweeping;
    /** Who waits for what is being journaled. */
    private @Nullable ActorRef<Reply> asker;

    private CampaignEntity(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            EntityContext<Command> entity,
            Surroundings surroundings) {
        super(
                PersistenceId.of(entity.getEntityTypeKey().name(), entity.getEntityId()),
                SupervisorStrategy.restartWithBackoff(
                        java.time.Duration.ofMillis(200), java.time.Duration.ofSeconds(2), 0.2));
        this.context = context;
        this.timers = timers;
        this.shard = entity.getShard();
        this.s = surroundings;
    }

    @Override
    public Optional<Campaign> emptyState() {
        return Optional.empty();
    }

    @Override
    public CommandHandler<Command, CampaignRecorded, Optional<Campaign>> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Do.class, this::onDo)
                .onCommand(Look.class, this::onLook)
                .onCommand(Ping.class, this::onPing)
                .onCommand(Tick.class, this::onTick)
                .onCommand(AudienceCounted.class, this::onAudienceCounted)
                .onCommand(AudienceFailed.class, this::onAudienceFailed)
                .onCommand(Advanced.class, this::onAdvanced)
                .onCommand(RunnerEnded.class, this::onRunnerEnded)
                .onCommand(Reviewed.class, this::onReviewed)
                .onCommand(Swept.class, this::onSwept)
                .onCommand(Stop.class, () -> Effect().stop())
                .build();
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onDo(Optional<Campaign> state, Do c) {
        if (s.clock().instant().isAfter(c.deadline())) {
            c.replyTo().tell(NotJournaled.YET);
            work(state);
            return Effect().none();
        }
        return decide(
                state,
                c.command(),
                c.replyTo(),
                campaign -> {
                    // What is awaited is answered from where it completes: by then the entity may have left memory.
                    double rate = rate(campaign);
                    switch (c.command()) {
                        case CampaignCommand.Pause pause ->
                            s.dispatch()
                                    .halt(campaign.id())
                                    .thenAccept(inFlight -> c.replyTo().tell(new Done(campaign, 0, inFlight)));
                        case CampaignCommand.ChangeRate change ->
                            s.dispatch()
                                    .rateChanged(campaign.tenantId(), campaign.id())
                                    .whenComplete(
                                            (done, failure) -> c.replyTo().tell(new Done(campaign, rate, List.of())));
                        default -> reply(campaign, c.replyTo());
                    }
                },
                refused -> c.replyTo().tell(refused));
    }

    private void reply(Campaign campaign, ActorRef<Reply> replyTo) {
        replyTo.tell(new Done(campaign, rate(campaign), List.of()));
    }

    private double rate(Campaign campaign) {
        return campaign.status() == Status.RUNNING ? meter.rate().orElse(0) : 0;
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onLook(Optional<Campaign> state, Look c) {
        state.ifPresentOrElse(
                campaign -> reply(campaign, c.replyTo()),
                () -> c.replyTo().tell(new Refused(Rejection.notFound("no such campaign"))));
        work(state);
        return Effect().none();
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onPing(Optional<Campaign> state, Ping c) {
        return quietly(state, new CampaignCommand.Wake());
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onTick(Optional<Campaign> state, Tick c) {
        if (state.isEmpty()) {
            return Effect().none();
        }
        Campaign campaign = state.get();
        if (c == Tick.CHECK) {
            work(state);
        } else if (!reviewing) {
            reviewing = true;
            context.pipeToSelf(
                    books(campaign),
                    (books, failure) -> new Reviewed(campaign, books == null ? null : books.orElse(null)));
        }
        return Effect().none();
    }

    /** Where it is being cancelled, as they stand when nothing more can begin. */
    private CompletionStage<Optional<Books>> books(Campaign campaign) {
        return campaign.cancelling()
                ? s.dispatch()
                        .halt(campaign.id())
                        .thenCompose(halted -> s.queries().books(campaign.tenantId(), campaign.id()))
                : s.queries().books(campaign.tenantId(), campaign.id());
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onAudienceCounted(
            Optional<Campaign> state, AudienceCounted c) {
        counting = false;
        return quietly(state, new CampaignCommand.FixAudience(c.targeted()));
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onAudienceFailed(Optional<Campaign> state, AudienceFailed c) {
        counting = false;
        if (c.forGood()) {
            return quietly(state, new CampaignCommand.Fail(c.reason(), Ledger.EMPTY));
        }
        timers.startSingleTimer(Tick.CHECK, s.settings().review());
        return Effect().none();
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onAdvanced(Optional<Campaign> state, Advanced c) {
        return quietly(state, new CampaignCommand.Advance(c.through()));
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onRunnerEnded(Optional<Campaign> state, RunnerEnded c) {
        if (c.run().equals(running)) {
            running = null;
            if (c.failure() != null) {
                runNotBefore = s.clock().instant().plus(PAUSE_AFTER_FAILURE);
                LOG.atWarn()
                        .addKeyValue("campaign_id", state.map(Campaign::id).orElse(""))
                        .addKeyValue("reason", c.failure().toString())
                        .log("a runner broke off and begins again where it stood");
            }
            timers.startSingleTimer(Tick.CHECK, s.settings().review());
        }
        return Effect().none();
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onReviewed(Optional<Campaign> state, Reviewed c) {
        reviewing = false;
        Books books = c.books();
        if (state.isEmpty() || books == null) {
            return Effect().none();
        }
        Ledger ledger = books.ledger();
        meter.sample(s.clock().instant(), ledger.targeted() - ledger.waiting() - ledger.inFlight());
        // What was read before its last event says nothing of what that event set going.
        return state.get().equals(c.asked())
                ? quietly(state, new CampaignCommand.Review(ledger, books.unsettled()))
                : Effect().none();
    }

    private Effect<CampaignRecorded, Optional<Campaign>> onSwept(Optional<Campaign> state, Swept c) {
        sweeping = false;
        if (c.failure() != null) {
            LOG.atWarn()
                    .addKeyValue("campaign_id", state.map(Campaign::id).orElse(""))
                    .addKeyValue("reason", c.failure().toString())
                    .log("a sweep broke off and begins again");
        } else if (c.replaying()) {
            return quietly(state, new CampaignCommand.FinishRetry(c.count()));
        }
        timers.startSingleTimer(Tick.CHECK, s.settings().review());
        return Effect().none();
    }

    /** A command of its own, that nobody waits for. */
    private Effect<CampaignRecorded, Optional<Campaign>> quietly(Optional<Campaign> state, CampaignCommand command) {
        return decide(state, command, null, campaign -> {}, refused -> {});
    }

    private Effect<CampaignRecorded, Optional<Campaign>> decide(
            Optional<Campaign> state,
            CampaignCommand command,
            @Nullable ActorRef<Reply> asking,
            Consumer<Campaign> then,
            Consumer<Refused> refuse) {
        return switch (CampaignDecider.decide(
                state.orElse(null), command, s.clock().instant())) {
            case Decision.Refused<CampaignEvent> refused -> {
                refuse.accept(new Refused(refused.rejection()));
                work(state);
                yield Effect().none();
            }
            case Decision.Accepted<CampaignEvent> accepted
            when accepted.events().isEmpty() -> {
                work(state);
                state.ifPresent(then);
                yield Effect().none();
            }
            case Decision.Accepted<CampaignEvent> accepted -> {
                CampaignEvent event = accepted.events().getFirst();
                asker = asking;
                yield Effect()
                        .persist(CampaignRecorded.of(state.orElse(null), event))
                        .thenRun((Optional<Campaign> after) -> {
                            asker = null;
                            Campaign campaign = after.orElseThrow();
                            tellOf(campaign, event);
                            work(after);
                            then.accept(campaign);
                        });
            }
        };
    }

    private void tellOf(Campaign campaign, CampaignEvent event) {
        switch (event) {
            case CampaignEvent.Started e -> s.dispatch().open(campaign.id());
            case CampaignEvent.Resumed e -> s.dispatch().open(campaign.id());
            case CampaignEvent.CancelRequested e -> s.dispatch().halt(campaign.id());
            case CampaignEvent.Completed e -> s.dispatch().forget(campaign.id());
            case CampaignEvent.BooksClosed e -> s.dispatch().forget(campaign.id());
            case CampaignEvent.Cancelled e -> s.dispatch().forget(campaign.id());
            case CampaignEvent.Failed e -> s.dispatch().forget(campaign.id());
            default -> {}
        }
        if (!(event instanceof CampaignEvent.Advanced)) {
            LOG.atInfo()
                    .addKeyValue("tenant_id", campaign.tenantId())
                    .addKeyValue("campaign_id", campaign.id())
                    .addKeyValue("status", campaign.status().wire())
                    .addKeyValue("event", event.getClass().getSimpleName())
                    .log("a campaign changed");
        }
    }

    /** Begins what should be under way and is not, and ends what should not be. */
    private void work(Optional<Campaign> state) {
        if (state.isEmpty() || !state.get().isActive()) {
            stopWork();
            leave();
            return;
        }
        Campaign campaign = state.get();
        boolean runs = campaign.status() == Status.RUNNING;
        if (!campaign.isFeeding() || campaign.targeted() == null) {
            stopRunner();
        }
        if (runs && !campaign.cancelling() && campaign.targeted() == null) {
            countAudience(campaign);
        } else if (campaign.isFeeding()
                && running == null
                && !s.clock().instant().isBefore(runNotBefore)) {
            startRunner(campaign);
        }
        if (campaign.cancelling()) {
            sweep(campaign, null);
        } else if (campaign.retrying() != null) {
            sweep(campaign, campaign.retrying());
        }
        if (campaign.isToBeReviewed() && !timers.isTimerActive(Tick.REVIEW)) {
            timers.startTimerWithFixedDelay(Tick.REVIEW, s.settings().review());
        } else if (!campaign.isToBeReviewed()) {
            timers.cancel(Tick.REVIEW);
            meter.clear();
        }
    }

    private void stopWork() {
        stopRunner();
        timers.cancelAll();
        meter.clear();
    }

    private void countAudience(Campaign campaign) {
        if (counting) {
            return;
        }
        counting = true;
        String importId = campaign.definition().audience().importId();
        Channel channel = campaign.definition().route().getFirst().channel();
        var counted = importId == null
                ? s.queries().materialise(campaign.tenantId(), campaign.id(), null, channel)
                : s.imports().find(campaign.tenantId(), importId).thenCompose(found -> {
                    var imported = found.orElseThrow(() -> new NoAudience("its import is gone"));
                    if (imported.status().equals("failed")) {
                        throw new NoAudience("its import failed");
                    }
                    if (!imported.isCompleted()) {
                        throw new IllegalStateException("its import is not completed yet");
                    }
                    return s.queries().materialise(campaign.tenantId(), campaign.id(), importId, channel);
                });
        context.pipeToSelf(counted, (targeted, failure) -> {
            if (targeted != null) {
                return new AudienceCounted(targeted);
            }
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return new AudienceFailed(String.valueOf(cause.getMessage()), cause instanceof NoAudience);
        });
    }

    private static final class NoAudience extends RuntimeException {
        NoAudience(String reason) {
            super(reason);
        }
    }

    private void startRunner(Campaign campaign) {
        ActorRef<Command> self = context.getSelf();
        Runner.Running run = s.runner().run(campaign, s.clock().instant(), through -> self.tell(new Advanced(through)));
        running = run;
        context.pipeToSelf(run.done(), (done, failure) -> new RunnerEnded(run, failure));
    }

    private void stopRunner() {
        Runner.Running run = running;
        running = null;
        if (run != null) {
            run.stop();
        }
    }

    /** @param replayBy absent: cancel */
    private void sweep(Campaign campaign, @Nullable Instant replayBy) {
        if (sweeping) {
            return;
        }
        sweeping = true;
        boolean replaying = replayBy != null;
        context.pipeToSelf(
                replayBy != null
                        ? s.sweep().replay(campaign.tenantId(), campaign.id(), replayBy)
                        : s.sweep().cancel(campaign.tenantId(), campaign.id()),
                (count, failure) -> new Swept(replaying, count == null ? 0 : count, failure));
    }

    private void leave() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }

    @Override
    public EventHandler<Optional<Campaign>, CampaignRecorded> eventHandler() {
        return (state, recorded) -> Optional.of(recorded.on(state.orElse(null)));
    }

    @Override
    public SignalHandler<Optional<Campaign>> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(PreRestart.instance(), state -> {
                    if (asker != null) {
                        asker.tell(NotJournaled.YET);
                        asker = null;
                    }
                })
                .onSignal(RecoveryCompleted.instance(), state -> {
                    stopWork();
                    counting = false;
                    reviewing = false;
                    sweeping = false;
                    if (state.isPresent() && state.get().isActive()) {
                        work(state);
                    }
                })
                .onSignal(PostStop.instance(), state -> stopWork())
                .build();
    }
}
