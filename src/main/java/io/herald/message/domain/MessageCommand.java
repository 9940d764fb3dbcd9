package io.herald.message.domain;

import io.herald.kernel.DeliveryReport;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be asked of a message. A command that repeats what is so already decides on nothing. */
public sealed interface MessageCommand {

    /** It enters by the API; where {@code due} is absent, at once. */
    record Submit(Envelope envelope, @Nullable Instant due) implements MessageCommand {}

    /** A campaign's message that is not to be sent, from its first moment. */
    record EnterSuppressed(Envelope envelope, String reason) implements MessageCommand {}

    /** A campaign's message that can't be rendered. */
    record EnterFailed(Envelope envelope, String code, String detail) implements MessageCommand {}

    /**
     * A lane is free for it.
     *
     * @param envelope of a campaign's message that is not journaled yet; absent for all others
     */
    record Start(@Nullable Envelope envelope, Map<String, Long> waitedMs, String consent) implements MessageCommand {}

    /** The provider's answer to one attempt. */
    record RecordResult(int attempt, SendResult result) implements MessageCommand {}

    record RecordReport(DeliveryReport report) implements MessageCommand {}

    /** The process that made the attempt is gone, or has not answered within the lease. */
    record Interrupted(int attempt) implements MessageCommand {}

    /** The provider was asked what became of an attempt. */
    record Resolve(int attempt, LookUp lookUp) implements MessageCommand {}

    /** Time has passed: do what is due. */
    record Wake() implements MessageCommand {}

    /** Start nothing more for it: what waits is cancelled, and on what a provider has no fallback follows any more. */
    record Cancel(String reason) implements MessageCommand {}

    /** Cancel it where it waits; what a provider may have goes on as planned. */
    record Withdraw(String reason) implements MessageCommand {}

    /** Its person must not be messaged on the channel that comes next. */
    record Suppress(String reason) implements MessageCommand {}

    /** Send a dead letter again, from the first route. */
    record Replay() implements MessageCommand {}
}
