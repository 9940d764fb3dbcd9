package io.herald.message;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.SendResult;
import io.herald.message.MessageEntity.Obstacle;
import io.herald.message.MessageEntity.Reply;
import io.herald.message.domain.Envelope;
import io.herald.platform.Stages;
import io.herald.platform.sql.DatabaseAway;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All messages, wherever their entities are. Every stage fails where the journal can't be reached in time: with {@link DatabaseAway},
 * or with a timeout.
 */
public final class Messages {
    private final ClusterSharding sharding;
    private final Duration patience;
    private final InstantSource clock;

    /** @param patience how long an answer may take before the caller is told that it can't be had */
    public Messages(ClusterSharding sharding, Duration patience, InstantSource clock) {
        this.sharding = sharding;
        this.patience = patience;
        this.clock = clock;
    }

    /** Completes when the message is in the journal. */
    public CompletionStage<Reply> submit(Envelope envelope, @Nullable Instant due) {
        Instant deadline = clock.instant().plus(patience);
        return ask(
                envelope.tenantId(),
                envelope.messageId(),
                patience,
                replyTo -> new MessageEntity.Submit(envelope, due, deadline, replyTo));
    }

    /** Completes when the message is in the journal: for one without an obstacle, when a lane was free for it. */
    public CompletionStage<Reply> feed(Envelope envelope, @Nullable Obstacle obstacle, Duration patience) {
        return ask(
                envelope.tenantId(),
                envelope.messageId(),
                patience,
                replyTo -> new MessageEntity.Feed(envelope, obstacle, replyTo));
    }

    /** Waits longer than the entity may begin to start, so that a start that happens is heard of. */
    public CompletionStage<Reply> start(String tenantId, String messageId, Map<String, Long> waitedMs, String consent) {
        Instant deadline = clock.instant().plus(patience);
        return ask(
                tenantId,
                messageId,
                patience.multipliedBy(2),
                replyTo -> new MessageEntity.Start(waitedMs, consent, deadline, replyTo));
    }

    public CompletionStage<Reply> outcome(String tenantId, String messageId, int attempt, SendResult result) {
        return ask(tenantId, messageId, patience, replyTo -> new MessageEntity.Outcome(attempt, result, replyTo));
    }

    public CompletionStage<Reply> report(String tenantId, String messageId, DeliveryReport report) {
        return ask(tenantId, messageId, patience, replyTo -> new MessageEntity.Report(report, replyTo));
    }

    public CompletionStage<Reply> wake(String tenantId, String messageId) {
        return ask(tenantId, messageId, patience, MessageEntity.Wake::new);
    }

    public CompletionStage<Reply> cancel(String tenantId, String messageId, String reason) {
        return ask(tenantId, messageId, patience, replyTo -> new MessageEntity.Cancel(reason, replyTo));
    }

    /** Cancels it where it waits. */
    public CompletionStage<Reply> withdraw(String tenantId, String messageId, String reason) {
        Instant deadline = clock.instant().plus(patience);
        return ask(tenantId, messageId, patience, replyTo -> new MessageEntity.Withdraw(reason, deadline, replyTo));
    }

    public CompletionStage<Reply> suppress(String tenantId, String messageId, String reason) {
        return ask(tenantId, messageId, patience, replyTo -> new MessageEntity.Suppress(reason, replyTo));
    }

    public CompletionStage<Reply> replay(String tenantId, String messageId) {
        return ask(tenantId, messageId, patience, MessageEntity.Replay::new);
    }

    private CompletionStage<Reply> ask(
            String tenantId,
            String messageId,
            Duration patience,
            Function<ActorRef<Reply>, MessageEntity.Command> command) {
        EntityRef<MessageEntity.Command> entity =
                sharding.entityRefFor(MessageEntity.KEY, MessageEntity.entityId(tenantId, messageId));
        return Stages.direct(entity.ask(command::apply, patience)).thenApply(reply -> {
            if (reply == MessageEntity.NotJournaled.YET) {
                throw new DatabaseAway(null);
            }
            return reply;
        });
    }
}
