package io.herald.campaign;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.japi.Pair;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.view.MessageQueries;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Goes through messages of a campaign and tells each something. A message that was told before takes no notice. */
final class Sweep {
    private static final int PAGE = 1000;
    private static final int AT_ONCE = 64;

    private final ActorSystem<?> system;
    private final MessageQueries queries;
    private final Messages messages;

    Sweep(ActorSystem<?> system, MessageQueries queries, Messages messages) {
        this.system = system;
        this.queries = queries;
        this.messages = messages;
    }

    /** Cancels what still has something to come. @return how many took notice; those in flight don't */
    CompletionStage<Long> cancel(String tenantId, String campaignId) {
        return tell(
                after -> queries.unsettledOf(tenantId, campaignId, after, PAGE),
                id -> messages.cancel(tenantId, id, "campaign_cancelled"));
    }

    /** Sends again what had failed by then. @return how many */
    CompletionStage<Long> replay(String tenantId, String campaignId, Instant by) {
        return tell(
                after -> queries.failedOf(tenantId, campaignId, by, after, PAGE), id -> messages.replay(tenantId, id));
    }

    private CompletionStage<Long> tell(
            Function<String, CompletionStage<List<String>>> pages,
            Function<String, CompletionStage<MessageEntity.Reply>> tell) {
        Source<String, NotUsed> ids = Source.unfoldAsync(
                        "",
                        (String after) -> pages.apply(after)
                                .thenApply(page -> page.isEmpty()
                                        ? Optional.<Pair<String, List<String>>>empty()
                                        : Optional.of(Pair.create(page.getLast(), page))))
                .mapConcat(page -> page);
        return ids.mapAsyncUnordered(AT_ONCE, tell::apply)
                .filter(reply -> reply instanceof MessageEntity.Now)
                .runWith(Sink.fold(0L, (count, reply) -> count + 1), system);
    }
}
