package io.herald.message;

import io.herald.channel.SendRequest;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.LookUp;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where a message that is ready to be sent goes; what it needs from there. Lives on the same node as the message's entity. */
public interface Dispatch {

    /**
     * A place in the queue for a lane. It names the message, it does not hold it: when the lane is free it asks the message's
     * entity to start, which may have left memory in between.
     *
     * @param sender of the message where it names one
     */
    record Ticket(
            String tenantId,
            String messageId,
            @Nullable String campaignId,
            Category category,
            String account,
            Channel channel,
            String address,
            @Nullable String sender) {

        /** @param route the step of the message's route that is its turn */
        static Ticket of(Envelope envelope, int route) {
            Envelope.Step step = envelope.route().get(route);
            return new Ticket(
                    envelope.tenantId(),
                    envelope.messageId(),
                    envelope.campaignId(),
                    envelope.category(),
                    step.account(),
                    step.channel(),
                    envelope.person().to(),
                    envelope.from());
        }
    }

    /** The call that this attempt makes or made. */
    static SendRequest request(Message message, Message.Attempt attempt) {
        Envelope envelope = message.envelope();
        Envelope.Step step = envelope.route().get(attempt.start().route());
        return new SendRequest(
                envelope.tenantId(),
                envelope.messageId(),
                attempt.start().number(),
                attempt.start().idempotencyKey(),
                step.channel(),
                step.account(),
                envelope.person().to(),
                envelope.from(),
                envelope.contentFor(step),
                attempt.at());
    }

    /** Queues it for its lane; a message that is queued already keeps its place. */
    void offer(Ticket ticket);

    /** Asks the provider what became of the message's last attempt. */
    CompletionStage<LookUp> lookUp(Message message);

    /** A provider said that this person refuses messages on this channel. */
    void optedOut(String tenantId, Channel channel, String address);
}
