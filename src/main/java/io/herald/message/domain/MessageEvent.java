package io.herald.message.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a message. The JSON of these records is the journal: fields are only ever added, names never change, and a
 * golden file holds each shape.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(MessageEvent.Scheduled.class),
    @JsonSubTypes.Type(MessageEvent.Queued.class),
    @JsonSubTypes.Type(MessageEvent.AttemptStarted.class),
    @JsonSubTypes.Type(MessageEvent.AttemptAccepted.class),
    @JsonSubTypes.Type(MessageEvent.AttemptRejected.class),
    @JsonSubTypes.Type(MessageEvent.AttemptUnknown.class),
    @JsonSubTypes.Type(MessageEvent.AttemptResolved.class),
    @JsonSubTypes.Type(MessageEvent.RouteFellBack.class),
    @JsonSubTypes.Type(MessageEvent.Delivered.class),
    @JsonSubTypes.Type(MessageEvent.Undelivered.class),
    @JsonSubTypes.Type(MessageEvent.Read.class),
    @JsonSubTypes.Type(MessageEvent.LateReceipt.class),
    @JsonSubTypes.Type(MessageEvent.Failed.class),
    @JsonSubTypes.Type(MessageEvent.Suppressed.class),
    @JsonSubTypes.Type(MessageEvent.Expired.class),
    @JsonSubTypes.Type(MessageEvent.Cancelled.class),
    @JsonSubTypes.Type(MessageEvent.Settled.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface MessageEvent {

    /** When it was decided; never before the event that precedes it. */
    Instant at();

    /** It waits for its time. The first event of a message that has one. */
    @JsonTypeName("message-scheduled")
    record Scheduled(Instant at, Envelope envelope, Instant due) implements MessageEvent {}

    /**
     * It is to be sent. The first event of most messages, then with the envelope. A campaign's message that found a free lane
     * carries its first attempt along: one row for what was decided in one moment.
     *
     * @param reason {@code submitted}, {@code due} or {@code replayed}
     * @param node who holds it in memory
     * @param until when someone should look after it even if that node lives
     */
    @JsonTypeName("message-queued")
    record Queued(
            Instant at,
            @Nullable Envelope envelope,
            String reason,
            String node,
            Instant until,
            @Nullable AttemptStart attempt)
            implements MessageEvent {}

    /** The intent to call the provider; journaled before the call. */
    @JsonTypeName("attempt-started")
    record AttemptStarted(Instant at, AttemptStart attempt) implements MessageEvent {}

    /**
     * An attempt as it begins.
     *
     * @param number from 1, over all routes
     * @param route index into the route plan
     * @param idempotencyKey the same for every attempt of this message on this route
     * @param segments billable parts of the content on this channel
     * @param node the process that makes the call
     * @param until an answer later than this is not waited for
     * @param waitedMs how long it waited, by what it waited for
     * @param consent what the check of consent found
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record AttemptStart(
            int number,
            int route,
            Channel channel,
            String account,
            String idempotencyKey,
            int segments,
            String node,
            Instant until,
            Map<String, Long> waitedMs,
            String consent) {
        public AttemptStart {
            waitedMs = waitedMs == null ? Map.of() : Map.copyOf(waitedMs);
        }
    }

    /**
     * The provider took it.
     *
     * @param by {@code answer} of the call, or a {@code report} that overtook it
     * @param nextAt when its silence is to be acted upon; absent where nothing can follow
     */
    @JsonTypeName("attempt-accepted")
    record AttemptAccepted(
            Instant at,
            int attempt,
            String providerMessageId,
            String by,
            @Nullable Instant nextAt) implements MessageEvent {}

    /**
     * The provider refused it, or was not reached.
     *
     * @param retryAt the next attempt on the same route; absent where there is none
     * @param counted whether it used up one of the route's attempts
     */
    @JsonTypeName("attempt-rejected")
    record AttemptRejected(
            Instant at,
            int attempt,
            ErrorClass errorClass,
            String code,
            String detail,
            @Nullable Instant retryAt,
            boolean counted)
            implements MessageEvent {}

    /** The call left and no answer came that says what became of it. */
    @JsonTypeName("attempt-unknown")
    record AttemptUnknown(Instant at, int attempt, String code, String detail, Instant resolveAt)
            implements MessageEvent {}

    /**
     * An unknown outcome became known, or was given up.
     *
     * @param outcome {@code accepted}, {@code rejected}, {@code not_accepted}, {@code sent_again} or {@code left_unknown}
     * @param by {@code answer}, {@code report}, {@code look_up} or {@code policy}
     * @param providerMessageId set where it was accepted
     * @param retryAt the next attempt on the same route, if any
     * @param nextAt where it was accepted: when silence is to be acted upon
     */
    @JsonTypeName("attempt-resolved")
    record AttemptResolved(
            Instant at,
            int attempt,
            String outcome,
            String by,
            @Nullable String providerMessageId,
            @Nullable Instant retryAt,
            @Nullable Instant nextAt)
            implements MessageEvent {}

    /** The plan went on to its next route. */
    @JsonTypeName("route-fell-back")
    record RouteFellBack(Instant at, int fromRoute, int toRoute, String reason, String node, Instant until)
            implements MessageEvent {}

    @JsonTypeName("message-delivered")
    record Delivered(Instant at, int attempt) implements MessageEvent {}

    /** A report that it did not arrive. */
    @JsonTypeName("message-undelivered")
    record Undelivered(Instant at, int attempt, ErrorClass errorClass, String code, String detail)
            implements MessageEvent {}

    @JsonTypeName("message-read")
    record Read(Instant at, int attempt) implements MessageEvent {}

    /**
     * A report on an attempt that the message no longer depends on: recorded, and without consequence for the message.
     *
     * @param errorClass why it did not arrive; absent where it did, where nobody said, and in rows of before it was kept
     */
    @JsonTypeName("late-receipt")
    record LateReceipt(
            Instant at,
            int attempt,
            DeliveryReport.Kind kind,
            @Nullable String providerMessageId,
            @Nullable ErrorClass errorClass)
            implements MessageEvent {}

    @JsonTypeName("message-failed")
    record Failed(Instant at, ErrorClass errorClass, String code, String detail) implements MessageEvent {}

    /** This person is not to be messaged; {@code reason} says why, mostly {@code opted_out}. */
    @JsonTypeName("message-suppressed")
    record Suppressed(Instant at, String reason) implements MessageEvent {}

    @JsonTypeName("message-expired")
    record Expired(Instant at) implements MessageEvent {}

    @JsonTypeName("message-cancelled")
    record Cancelled(Instant at, String reason) implements MessageEvent {}

    /** No report is waited for any longer; the acceptance stands. */
    @JsonTypeName("message-settled")
    record Settled(Instant at, String reason) implements MessageEvent {}
}
