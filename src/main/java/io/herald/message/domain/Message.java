package io.herald.message.domain;

import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.message.domain.Envelope.Step;
import io.herald.message.domain.MessageEvent.AttemptStart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message as its events have made it.
 *
 * @param route index of the current step of the plan
 * @param tries attempts that counted on this step
 * @param attempts all of them, oldest first; their numbers are their places, from 1
 * @param due what to do next without being told, and when; absent where only a report can change anything
 * @param failure the last refusal or negative report, if any
 * @param segments billable parts of what was accepted so far
 * @param lastAt the time of the last event
 */
public record Message(
        Envelope envelope,
        Status status,
        int route,
        int tries,
        int replays,
        List<Attempt> attempts,
        @Nullable Due due,
        @Nullable Failure failure,
        int fallbacks,
        int segments,
        Instant createdAt,
        Instant lastAt) {

    public Message {
        attempts = List.copyOf(attempts);
    }

    /**
     * What became of one attempt, as far as is known.
     *
     * @param at when it was journaled
     */
    public record Attempt(
            AttemptStart start,
            Instant at,
            Outcome outcome,
            @Nullable String providerMessageId,
            DeliveryReport.@Nullable Kind report) {
        public enum Outcome {
            STARTED,
            ACCEPTED,
            REJECTED,
            UNKNOWN,
            /** Unknown, and no longer asked about. */
            LEFT
        }

        Attempt with(Outcome outcome, @Nullable String providerMessageId) {
            return new Attempt(
                    start, at, outcome, providerMessageId == null ? this.providerMessageId : providerMessageId, report);
        }

        Attempt reported(DeliveryReport.Kind kind) {
            return new Attempt(
                    start,
                    at,
                    outcome,
                    providerMessageId,
                    report == null || kind.compareTo(report) > 0 ? kind : report);
        }
    }

    /**
     * When someone should look at it unasked.
     *
     * @param owner set where the work is in that process's memory: it is due at once when the process is gone
     */
    public record Due(Instant at, @Nullable String owner) {}

    public record Failure(ErrorClass errorClass, String code, String detail) {}

    /** Follows one event; {@code before} is absent for the first. Neither validates nor throws for a well-formed journal. */
    public static Message evolve(@Nullable Message before, MessageEvent event) {
        if (before == null) {
            return switch (event) {
                case MessageEvent.Scheduled e -> first(e.envelope(), Status.SCHEDULED, new Due(e.due(), null), e.at());
                case MessageEvent.Queued e
                when e.envelope() != null -> {
                    Message queued = first(e.envelope(), Status.QUEUED, new Due(e.until(), e.node()), e.at());
                    yield e.attempt() == null ? queued : queued.started(e.attempt(), e.at());
                }
                default -> throw new IllegalArgumentException("a message's first event must carry its envelope");
            };
        }
        return before.after(event);
    }

    private static Message first(Envelope envelope, Status status, Due due, Instant at) {
        return new Message(envelope, status, 0, 0, 0, List.of(), due, null, 0, 0, at, at);
    }

    private Message after(MessageEvent event) {
        return switch (event) {
            case MessageEvent.Scheduled e -> this;
            case MessageEvent.Queued e -> {
                boolean replayed = e.reason().equals("replayed");
                Message queued = new Message(
                        envelope,
                        Status.QUEUED,
                        replayed ? 0 : route,
                        replayed ? 0 : tries,
                        replayed ? replays + 1 : replays,
                        attempts,
                        new Due(e.until(), e.node()),
                        failure,
                        fallbacks,
                        segments,
                        createdAt,
                        e.at());
                yield e.attempt() == null ? queued : queued.started(e.attempt(), e.at());
            }
            case MessageEvent.AttemptStarted e -> started(e.attempt(), e.at());
            case MessageEvent.AttemptAccepted e -> accepted(e.attempt(), e.providerMessageId(), e.nextAt(), e.at());
            case MessageEvent.AttemptRejected e ->
                outcome(e.attempt(), Attempt.Outcome.REJECTED, null)
                        .retrying(e.retryAt(), e.counted(), e.at())
                        .because(new Failure(e.errorClass(), e.code(), e.detail()));
            case MessageEvent.AttemptUnknown e ->
                outcome(e.attempt(), Attempt.Outcome.UNKNOWN, null)
                        .to(Status.UNKNOWN, new Due(e.resolveAt(), null), e.at());
            case MessageEvent.AttemptResolved e -> resolved(e);
            case MessageEvent.RouteFellBack e ->
                new Message(
                        envelope,
                        Status.QUEUED,
                        e.toRoute(),
                        0,
                        replays,
                        attempts,
                        new Due(e.until(), e.node()),
                        failure,
                        fallbacks + 1,
                        segments,
                        createdAt,
                        e.at());
            case MessageEvent.Delivered e ->
                reported(e.attempt(), DeliveryReport.Kind.DELIVERED).to(Status.DELIVERED, null, e.at());
            case MessageEvent.Undelivered e ->
                reported(e.attempt(), DeliveryReport.Kind.UNDELIVERED)
                        .to(status, due, e.at())
                        .because(new Failure(e.errorClass(), e.code(), e.detail()));
            case MessageEvent.Read e ->
                reported(e.attempt(), DeliveryReport.Kind.READ).to(Status.READ, null, e.at());
            case MessageEvent.LateReceipt e ->
                late(e.attempt(), e.kind(), e.providerMessageId()).to(status, due, e.at());
            case MessageEvent.Failed e ->
                to(Status.FAILED, null, e.at()).because(new Failure(e.errorClass(), e.code(), e.detail()));
            case MessageEvent.Suppressed e -> to(Status.SUPPRESSED, null, e.at());
            case MessageEvent.Expired e -> to(Status.EXPIRED, null, e.at());
            case MessageEvent.Cancelled e -> to(Status.CANCELLED, null, e.at());
            case MessageEvent.Settled e -> to(status, null, e.at());
        };
    }

    private Message resolved(MessageEvent.AttemptResolved e) {
        return switch (e.outcome()) {
            case "accepted" -> accepted(e.attempt(), e.providerMessageId(), e.nextAt(), e.at());
            case "left_unknown" ->
                outcome(e.attempt(), Attempt.Outcome.LEFT, null).to(Status.UNKNOWN, null, e.at());
            // Where the vendor does not know the attempt it was no acceptance; sent again, it may have been one.
            case "sent_again" ->
                outcome(e.attempt(), Attempt.Outcome.LEFT, null).retrying(e.retryAt(), true, e.at());
            case "not_accepted" ->
                outcome(e.attempt(), Attempt.Outcome.REJECTED, null).retrying(e.retryAt(), true, e.at());
            // Rejected: the rejection itself follows.
            default -> outcome(e.attempt(), Attempt.Outcome.REJECTED, null).to(status, due, e.at());
        };
    }

    private Message started(AttemptStart start, Instant at) {
        List<Attempt> more = new ArrayList<>(attempts);
        more.add(new Attempt(start, at, Attempt.Outcome.STARTED, null, null));
        return new Message(
                envelope,
                Status.SENDING,
                route,
                tries,
                replays,
                more,
                new Due(start.until(), start.node()),
                failure,
                fallbacks,
                segments,
                createdAt,
                at);
    }

    private Message accepted(int number, @Nullable String providerMessageId, @Nullable Instant nextAt, Instant at) {
        Message m = outcome(number, Attempt.Outcome.ACCEPTED, providerMessageId);
        return new Message(
                envelope,
                Status.SENT,
                route,
                tries,
                replays,
                m.attempts,
                nextAt == null ? null : new Due(nextAt, null),
                null,
                fallbacks,
                segments + attempt(number).start().segments(),
                createdAt,
                at);
    }

    private Message retrying(@Nullable Instant retryAt, boolean counted, Instant at) {
        return new Message(
                envelope,
                retryAt == null ? status : Status.RETRYING,
                route,
                counted ? tries + 1 : tries,
                replays,
                attempts,
                retryAt == null ? due : new Due(retryAt, null),
                failure,
                fallbacks,
                segments,
                createdAt,
                at);
    }

    private Message outcome(int number, Attempt.Outcome outcome, @Nullable String providerMessageId) {
        return attempts(number, attempt(number).with(outcome, providerMessageId));
    }

    private Message reported(int number, DeliveryReport.Kind kind) {
        return attempts(number, attempt(number).reported(kind));
    }

    private Message late(int number, DeliveryReport.Kind kind, @Nullable String providerMessageId) {
        Attempt late = attempt(number).reported(kind);
        return attempts(
                number, providerMessageId == null ? late : late.with(Attempt.Outcome.ACCEPTED, providerMessageId));
    }

    private Message attempts(int number, Attempt changed) {
        List<Attempt> copy = new ArrayList<>(attempts);
        copy.set(number - 1, changed);
        return new Message(
                envelope, status, route, tries, replays, copy, due, failure, fallbacks, segments, createdAt, lastAt);
    }

    private Message to(Status status, @Nullable Due due, Instant at) {
        return new Message(
                envelope, status, route, tries, replays, attempts, due, failure, fallbacks, segments, createdAt, at);
    }

    private Message because(Failure failure) {
        return new Message(
                envelope, status, route, tries, replays, attempts, due, failure, fallbacks, segments, createdAt,
                lastAt);
    }

    public Step step() {
        return envelope.route().get(route);
    }

    public Channel channel() {
        return step().channel();
    }

    /** @param number from 1 */
    public Attempt attempt(int number) {
        return attempts.get(number - 1);
    }

    public Optional<Attempt> lastAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    /** The attempt that a report speaks of: by its number, else by the provider's id. */
    public Optional<Attempt> attemptOf(DeliveryReport report) {
        if (report.attempt() > 0) {
            return report.attempt() <= attempts.size() ? Optional.of(attempt(report.attempt())) : Optional.empty();
        }
        return attempts.stream()
                .filter(a -> report.providerMessageId().equals(a.providerMessageId()))
                .findFirst();
    }

    /** Nothing will be attempted for it any more unless someone asks; what a campaign waits for before it completes. */
    public boolean isSettled() {
        return switch (status) {
            case SCHEDULED, QUEUED, SENDING, RETRYING -> false;
            case SENT, UNKNOWN -> due == null;
            case DELIVERED, READ, FAILED, SUPPRESSED, EXPIRED, CANCELLED -> true;
        };
    }

    /** Some attempt of it arrived, by whatever route and however late. */
    public boolean isDelivered() {
        return isReported(DeliveryReport.Kind.DELIVERED) || isRead();
    }

    public boolean isRead() {
        return isReported(DeliveryReport.Kind.READ);
    }

    /** Asked for every change of every message. */
    private boolean isReported(DeliveryReport.Kind kind) {
        for (Attempt attempt : attempts) {
            if (attempt.report() == kind) {
                return true;
            }
        }
        return false;
    }

    /** The last that was heard of it is that it did not arrive. */
    public boolean isUndelivered() {
        return !isDelivered()
                && lastAttempt()
                        .filter(a -> a.report() == DeliveryReport.Kind.UNDELIVERED)
                        .isPresent();
    }
}
