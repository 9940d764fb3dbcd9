package io.herald.message;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
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
import io.herald.channel.SendRequest;
import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import io.herald.message.Dispatch.Ticket;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageCommand;
import io.herald.message.domain.MessageDecider;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.ReportedOptOut;
import io.herald.message.domain.Status;
import io.herald.platform.serialization.CborSerializable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One message to one person. It journals before it acts: an attempt is in the journal before a lane may call the provider. It is
 * in memory only around an attempt; whatever it waits for stands in the view, and the sweeper wakes it.
 *
 * <p>A campaign's message enters by {@link Feed}: it is held unjournaled until its lane is free, then queued and started in one
 * row. The runner learns that it is journaled, or feeds it again.
 */
public final class MessageEntity
        extends EventSourcedBehavior<MessageEntity.Command, MessageRecorded, Optional<Message>> {

    public sealed interface Command extends CborSerializable {}

    /** Where {@code due} is absent, at once; but not after {@code deadline}, when its sender was told that it could not be taken. */
    public record Submit(Envelope envelope, @Nullable Instant due, Instant deadline, ActorRef<Reply> replyTo)
            implements Command {}

    /** One recipient of a campaign; {@code obstacle} says why it is not to be sent at all. */
    public record Feed(Envelope envelope, @Nullable Obstacle obstacle, ActorRef<Reply> replyTo) implements Command {}

    /** A lane is free for it until {@code deadline}; later nobody would make the call. */
    public record Start(Map<String, Long> waitedMs, String consent, Instant deadline, ActorRef<Reply> replyTo)
            implements Command {}

    public record Outcome(int attempt, SendResult result, ActorRef<Reply> replyTo) implements Command {}

    public record Report(DeliveryReport report, ActorRef<Reply> replyTo) implements Command {}

    /** Look whether something is due. */
    public record Wake(ActorRef<Reply> replyTo) implements Command {}

    public record Cancel(String reason, ActorRef<Reply> replyTo) implements Command {}

    /** Not after {@code deadline}, when its sender was told that it could not be done. */
    public record Withdraw(String reason, Instant deadline, ActorRef<Reply> replyTo) implements Command {}

    public record Suppress(String reason, ActorRef<Reply> replyTo) implements Command {}

    public record Replay(ActorRef<Reply> replyTo) implements Command {}

    private record LookedUp(int attempt, LookUp answer) implements Command {}

    /** It has been in memory for a while. */
    enum Linger implements Command {
        OVER
    }

    /** Told by the shard when the entity is to leave memory; never kept waiting. */
    public enum Stop implements Command {
        NOW
    }

    /** Why a recipient's message ends before it begins. */
    public sealed interface Obstacle {
        record Suppressed(String reason) implements Obstacle {}

        record Unrenderable(String code, String detail) implements Obstacle {}
    }

    public sealed interface Reply extends CborSerializable {}

    /** Done, or so already; this is how it stands. */
    public record Now(Status status, boolean settled) implements Reply {}

    /** Started, journaled: make this call. */
    public record Started(SendRequest request) implements Reply {}

    public record Refused(Rejection rejection) implements Reply {}

    /** The journal would not have it; the same may be asked again. */
    public enum NotJournaled implements Reply {
        YET
    }

    /** A runner that still wants its message sent feeds it again well within this. */
    private static final Duration HOLD = Duration.ofSeconds(30);

    public static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "Message");

    /** What every message of a node shares. */
    public record Surroundings(
            MessageDecider decider,
            Dispatch dispatch,
            InstantSource clock,
            String node,
            Predicate<String> isLive,
            Lingering lingering) {}

    public static void init(ClusterSharding sharding, Surroundings surroundings) {
        sharding.init(Entity.of(KEY, entity -> create(entity, surroundings)).withStopMessage(Stop.NOW));
    }

    static String entityId(String tenantId, String messageId) {
        return tenantId + "/" + messageId;
    }

    public static String persistenceId(String tenantId, String messageId) {
        return PersistenceId.of(KEY.name(), entityId(tenantId, messageId)).id();
    }

    static Behavior<Command> create(EntityContext<Command> entity, Surroundings surroundings) {
        return Behaviors.setup(context -> {
            // Akka walks up the stack for a name before it takes this one; here the stack is short.
            context.setLoggerName(MessageEntity.class);
            return new MessageEntity(context, entity, surroundings);
        });
    }

    private final ActorContext<Command> context;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Surroundings s;
    private @Nullable Feed held;
    private Instant heldAt = Instant.EPOCH;
    private boolean lookingUp;
    private Lingering.Place place;
    /** Who waits for what is being journaled. */
    private @Nullable ActorRef<Reply> asker;
    /** What is being journaled is an attempt that nobody knows of yet. */
    private boolean startUntold;

    private MessageEntity(ActorContext<Command> context, EntityContext<Command> entity, Surroundings surroundings) {
        super(
                PersistenceId.of(entity.getEntityTypeKey().name(), entity.getEntityId()),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2)
                        .withLogLevel(Level.DEBUG)); // the journal says once what thousands of messages meet
        this.context = context;
        this.shard = entity.getShard();
        this.s = surroundings;
        this.place = s.lingering().enter(context.getSelf());
        s.lingering().began();
    }

    @Override
    public Optional<Message> emptyState() {
        return Optional.empty();
    }

    @Override
    public CommandHandler<Command, MessageRecorded, Optional<Message>> commandHandler() {
        return (state, command) -> switch (command) {
            case Submit c -> onSubmit(state, c);
            case Feed c -> onFeed(state, c);
            case Start c -> onStart(state, c);
            case Outcome c -> onOutcome(state, c);
            case Report c -> onReport(state, c);
            case Wake c -> onWake(state, c);
            case Cancel c -> onCancel(state, c);
            case Withdraw c -> onWithdraw(state, c);
            case Suppress c -> onSuppress(state, c);
            case Replay c -> onReplay(state, c);
            case LookedUp c -> onLookedUp(state, c);
            case Linger c -> onLingerOver(state);
            case Stop c -> onStop();
        };
    }

    private Effect<MessageRecorded, Optional<Message>> onSubmit(Optional<Message> state, Submit c) {
        if (state.isEmpty() && s.clock().instant().isAfter(c.deadline())) {
            c.replyTo().tell(NotJournaled.YET);
            return then(state);
        }
        return decide(state, new MessageCommand.Submit(c.envelope(), c.due()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onFeed(Optional<Message> state, Feed c) {
        if (state.isPresent()) {
            c.replyTo().tell(now(state.get()));
            return then(state);
        }
        return switch (c.obstacle()) {
            case null -> {
                held = c;
                heldAt = s.clock().instant();
                s.dispatch().offer(Ticket.of(c.envelope(), 0));
                yield Effect().none();
            }
            case Obstacle.Suppressed o ->
                decide(state, new MessageCommand.EnterSuppressed(c.envelope(), o.reason()), c.replyTo(), this::now);
            case Obstacle.Unrenderable o ->
                decide(
                        state,
                        new MessageCommand.EnterFailed(c.envelope(), o.code(), o.detail()),
                        c.replyTo(),
                        this::now);
        };
    }

    private Effect<MessageRecorded, Optional<Message>> onStart(Optional<Message> state, Start c) {
        if (s.clock().instant().isAfter(c.deadline())) {
            c.replyTo().tell(new Refused(Rejection.wrongState("the lane has given up")));
            if (state.isEmpty() && held != null) {
                s.dispatch().offer(Ticket.of(held.envelope(), 0));
                return Effect().none();
            }
            return then(state);
        }
        Feed feed = held;
        Envelope envelope = state.isEmpty() && feed != null ? feed.envelope() : null;
        return decide(state, new MessageCommand.Start(envelope, c.waitedMs(), c.consent()), c.replyTo(), message -> {
            if (feed != null) {
                feed.replyTo().tell(now(message));
                held = null;
            }
            return message.status() == Status.SENDING
                    ? new Started(Dispatch.request(message, message.attempts().getLast()))
                    : now(message);
        });
    }

    private Effect<MessageRecorded, Optional<Message>> onOutcome(Optional<Message> state, Outcome c) {
        return decide(state, new MessageCommand.RecordResult(c.attempt(), c.result()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onReport(Optional<Message> state, Report c) {
        return decide(state, new MessageCommand.RecordReport(c.report()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onWake(Optional<Message> state, Wake c) {
        if (state.isEmpty()) {
            c.replyTo().tell(new Refused(Rejection.notFound("no such message")));
            return then(state);
        }
        Message message = state.get();
        if (message.status() == Status.SENDING) {
            var last = message.attempts().getLast().start();
            boolean held = s.isLive().test(last.node());
            if (held && s.clock().instant().isBefore(last.until())) {
                c.replyTo().tell(now(message));
                return Effect().none();
            }
            return decide(state, new MessageCommand.Interrupted(last.number()), c.replyTo(), this::now);
        }
        if (message.status() == Status.UNKNOWN && isDue(message)) {
            c.replyTo().tell(now(message));
            if (!lookingUp) {
                lookingUp = true;
                int attempt = message.attempts().size();
                context.pipeToSelf(
                        s.dispatch().lookUp(message),
                        (answer, failure) -> new LookedUp(attempt, answer == null ? new LookUp.Unavailable() : answer));
            }
            return Effect().none();
        }
        return decide(state, new MessageCommand.Wake(), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onCancel(Optional<Message> state, Cancel c) {
        return decide(state, new MessageCommand.Cancel(c.reason()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onWithdraw(Optional<Message> state, Withdraw c) {
        if (s.clock().instant().isAfter(c.deadline())) {
            c.replyTo().tell(NotJournaled.YET);
            return then(state);
        }
        return decide(state, new MessageCommand.Withdraw(c.reason()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onSuppress(Optional<Message> state, Suppress c) {
        Feed feed = held;
        if (state.isEmpty() && feed != null) {
            return decide(
                    state, new MessageCommand.EnterSuppressed(feed.envelope(), c.reason()), c.replyTo(), message -> {
                        feed.replyTo().tell(now(message));
                        held = null;
                        return now(message);
                    });
        }
        return decide(state, new MessageCommand.Suppress(c.reason()), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onReplay(Optional<Message> state, Replay c) {
        return decide(state, new MessageCommand.Replay(), c.replyTo(), this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onLookedUp(Optional<Message> state, LookedUp c) {
        lookingUp = false;
        return decide(
                state,
                new MessageCommand.Resolve(c.attempt(), c.answer()),
                context.getSystem().ignoreRef(),
                this::now);
    }

    private Effect<MessageRecorded, Optional<Message>> onLingerOver(Optional<Message> state) {
        boolean fed = held != null && s.clock().instant().isBefore(heldAt.plus(HOLD));
        boolean busy = fed
                || lookingUp
                || state.filter(message -> message.status() == Status.SENDING).isPresent();
        if (busy) {
            linger();
        } else {
            leave();
        }
        return Effect().none();
    }

    private void linger() {
        place.leave();
        place = s.lingering().enter(context.getSelf());
    }

    private Effect<MessageRecorded, Optional<Message>> onStop() {
        letGo();
        return Effect().stop();
    }

    /** What was held is lost with this place in memory; whoever fed it hears of it, and feeds it again. */
    private void letGo() {
        Feed feed = held;
        held = null;
        if (feed != null) {
            feed.replyTo().tell(new Refused(Rejection.wrongState("it left memory before its turn")));
        }
    }

    /** An attempt that was journaled though the journal could not say so was never made. */
    private void takeBack(Optional<Message> state) {
        boolean untold = startUntold;
        startUntold = false;
        state.filter(message -> untold && message.status() == Status.SENDING)
                .ifPresent(message -> context.getSelf()
                        .tell(new Outcome(
                                message.attempts().size(),
                                new SendResult.Rejected(
                                        ErrorClass.THROTTLED,
                                        "not_sent",
                                        "its journal was away",
                                        Duration.ofSeconds(1)),
                                context.getSystem().ignoreRef())));
    }

    private Effect<MessageRecorded, Optional<Message>> decide(
            Optional<Message> state, MessageCommand command, ActorRef<Reply> replyTo, Function<Message, Reply> reply) {
        var moment = new MessageDecider.Moment(
                s.clock().instant(), ThreadLocalRandom.current().nextDouble(), s.node());
        return switch (s.decider().decide(state.orElse(null), command, moment)) {
            case Decision.Refused<MessageEvent> refused -> {
                replyTo.tell(new Refused(refused.rejection()));
                yield then(state);
            }
            case Decision.Accepted<MessageEvent> accepted
            when accepted.events().isEmpty() -> {
                state.ifPresent(message -> replyTo.tell(reply.apply(message)));
                yield then(state);
            }
            case Decision.Accepted<MessageEvent> accepted -> {
                List<MessageRecorded> recorded =
                        new ArrayList<>(accepted.events().size());
                Message last = state.orElse(null);
                for (MessageEvent event : accepted.events()) {
                    MessageRecorded next = MessageRecorded.of(last, event);
                    recorded.add(next);
                    last = next.after();
                }
                asker = replyTo;
                startUntold = command instanceof MessageCommand.Start;
                yield Effect().persist(recorded).thenRun((Optional<Message> after) -> {
                    asker = null;
                    startUntold = false;
                    replyTo.tell(reply.apply(after.orElseThrow()));
                    accepted.events().forEach(event -> tellOfOptOut(after.orElseThrow(), event));
                    then(after);
                });
            }
        };
    }

    /** What follows from how it stands: a place in a lane's queue, more time in memory, or none. */
    private Effect<MessageRecorded, Optional<Message>> then(Optional<Message> state) {
        if (state.isEmpty()) {
            if (held == null) {
                leave();
            }
            return Effect().none();
        }
        Message message = state.get();
        switch (message.status()) {
            case QUEUED -> s.dispatch().offer(Ticket.of(message.envelope(), message.route()));
            case RETRYING -> {
                if (isDue(message)) {
                    s.dispatch().offer(Ticket.of(message.envelope(), message.route()));
                } else {
                    leave();
                }
            }
            case SENDING -> {}
            // A report is likely to come soon; the message is cheaper to keep than to read again.
            case SENT -> {
                if (s.lingering().isCrowded()) {
                    leave();
                } else {
                    linger();
                }
            }
            case SCHEDULED, UNKNOWN, DELIVERED, READ, FAILED, SUPPRESSED, EXPIRED, CANCELLED -> {
                if (!lookingUp) {
                    leave();
                }
            }
        }
        return Effect().none();
    }

    private void leave() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }

    private boolean isDue(Message message) {
        return message.due() == null
                || !s.clock().instant().isBefore(message.due().at());
    }

    private Reply now(Message message) {
        return new Now(message.status(), message.isSettled());
    }

    private void tellOfOptOut(Message message, MessageEvent event) {
        ReportedOptOut.in(event, message)
                .ifPresent(optOut -> s.dispatch().optedOut(optOut.tenantId(), optOut.channel(), optOut.address()));
    }

    @Override
    public EventHandler<Optional<Message>, MessageRecorded> eventHandler() {
        return (state, recorded) -> Optional.of(recorded.on(state.orElse(null)));
    }

    @Override
    public SignalHandler<Optional<Message>> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(PreRestart.instance(), state -> {
                    if (asker != null) {
                        asker.tell(NotJournaled.YET);
                        asker = null;
                    }
                })
                .onSignal(RecoveryCompleted.instance(), state -> {
                    letGo();
                    lookingUp = false;
                    takeBack(state);
                })
                .onSignal(PostStop.instance(), state -> {
                    place.leave();
                    s.lingering().ended();
                })
                .build();
    }
}
