package io.herald.message.domain;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import io.herald.kernel.SmsText;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope.Step;
import io.herald.message.domain.Message.Attempt;
import io.herald.message.domain.MessageEvent.AttemptStart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every decision about a message: retries, fallback, what a report means, what to do about an unknown outcome. */
public final class MessageDecider {
    private final Rules rules;

    public MessageDecider(Rules rules) {
        this.rules = rules;
    }

    /**
     * What a decision may not know by itself.
     *
     * @param chance uniform in [0,1), spreads retries
     * @param node id of this process
     */
    public record Moment(Instant now, double chance, String node) {}

    /** @param state absent before the first event */
    public Decision<MessageEvent> decide(@Nullable Message state, MessageCommand command, Moment moment) {
        if (state == null) {
            return enter(command, moment);
        }
        Instant now = moment.now().isBefore(state.lastAt()) ? state.lastAt() : moment.now();
        return new Case(state, new Moment(now, moment.chance(), moment.node())).decide(command);
    }

    private Decision<MessageEvent> enter(MessageCommand command, Moment m) {
        return switch (command) {
            case MessageCommand.Submit c
            when c.due() != null && c.due().isAfter(m.now()) ->
                Decision.event(new MessageEvent.Scheduled(m.now(), c.envelope(), c.due()));
            case MessageCommand.Submit c -> Decision.event(queued(c.envelope(), m, null));
            case MessageCommand.EnterSuppressed c ->
                Decision.events(
                        List.of(queued(c.envelope(), m, null), new MessageEvent.Suppressed(m.now(), c.reason())));
            case MessageCommand.EnterFailed c ->
                Decision.events(List.of(
                        queued(c.envelope(), m, null),
                        new MessageEvent.Failed(m.now(), ErrorClass.PERMANENT_CONTENT, c.code(), c.detail())));
            case MessageCommand.Start c
            when c.envelope() != null -> {
                Envelope envelope = c.envelope();
                if (!m.now().isBefore(envelope.expiresAt())) {
                    yield Decision.events(List.of(queued(envelope, m, null), new MessageEvent.Expired(m.now())));
                }
                AttemptStart start = attempt(envelope, 1, 0, 0, c, m);
                yield Decision.event(queued(envelope, m, start));
            }
            default -> Decision.refuse(Rejection.notFound("no such message"));
        };
    }

    private MessageEvent queued(Envelope envelope, Moment m, @Nullable AttemptStart attempt) {
        return new MessageEvent.Queued(
                m.now(), envelope, "submitted", m.node(), leaseUntil(envelope, m.now()), attempt);
    }

    private Instant leaseUntil(Envelope envelope, Instant now) {
        Instant lease = now.plus(rules.queueLease());
        return envelope.expiresAt().isBefore(lease) ? envelope.expiresAt() : lease;
    }

    private AttemptStart attempt(
            Envelope envelope, int number, int route, int replays, MessageCommand.Start start, Moment m) {
        Step step = envelope.route().get(route);
        String key = envelope.messageId() + "/" + route + (replays == 0 ? "" : "/" + replays);
        return new AttemptStart(
                number,
                route,
                step.channel(),
                step.account(),
                key,
                segments(step.channel(), envelope.contentFor(step)),
                m.node(),
                m.now().plus(rules.attemptLease()),
                start.waitedMs(),
                start.consent());
    }

    private static int segments(Channel channel, Content content) {
        String body = content.body();
        return channel == Channel.SMS && body != null ? SmsText.segments(body) : 1;
    }

    /** One command on one message that exists. */
    private final class Case {
        private final Message state;
        private final Moment moment;
        private final Instant now;

        Case(Message state, Moment moment) {
            this.state = state;
            this.moment = moment;
            this.now = moment.now();
        }

        Decision<MessageEvent> decide(MessageCommand command) {
            return switch (command) {
                case MessageCommand.Submit c -> Decision.nothing();
                case MessageCommand.EnterSuppressed c -> Decision.nothing();
                case MessageCommand.EnterFailed c -> Decision.nothing();
                case MessageCommand.Start c -> start(c);
                case MessageCommand.RecordResult c -> result(c.attempt(), c.result());
                case MessageCommand.RecordReport c -> report(c.report());
                case MessageCommand.Interrupted c -> interrupted(c.attempt());
                case MessageCommand.Resolve c -> resolve(c.attempt(), c.lookUp());
                case MessageCommand.Wake c -> wake();
                case MessageCommand.Cancel c -> cancel(c.reason());
                case MessageCommand.Withdraw c -> withdraw(c.reason());
                case MessageCommand.Suppress c ->
                    state.status().isWaiting()
                            ? Decision.event(new MessageEvent.Suppressed(now, c.reason()))
                            : Decision.nothing();
                case MessageCommand.Replay c -> replay();
            };
        }

        private Decision<MessageEvent> replay() {
            if (state.status() != Status.FAILED) {
                return wrongState("only a failed message can be sent again");
            }
            if (state.attempts().isEmpty()) {
                return wrongState("it could not be rendered, and its content is fixed");
            }
            return Decision.event(new MessageEvent.Queued(
                    now, null, "replayed", moment.node(), leaseUntil(state.envelope(), now), null));
        }

        private Decision<MessageEvent> start(MessageCommand.Start command) {
            boolean ready =
                    state.status() == Status.QUEUED || (state.status() == Status.RETRYING && !notYet(state.due()));
            if (!ready) {
                return wrongState("it is " + state.status().wire());
            }
            if (expired()) {
                return Decision.event(new MessageEvent.Expired(now));
            }
            int number = state.attempts().size() + 1;
            return Decision.event(new MessageEvent.AttemptStarted(
                    now, attempt(state.envelope(), number, state.route(), state.replays(), command, moment)));
        }

        private Decision<MessageEvent> result(int number, SendResult result) {
            if (number < 1 || number > state.attempts().size()) {
                return Decision.refuse(Rejection.notFound("no such attempt"));
            }
            Attempt attempt = state.attempt(number);
            boolean current = number == state.attempts().size();
            if (current && state.status() == Status.SENDING && attempt.outcome() == Attempt.Outcome.STARTED) {
                return switch (result) {
                    case SendResult.Accepted r -> Decision.event(accepted(number, r.providerMessageId(), "answer"));
                    case SendResult.Rejected r -> Decision.events(rejected(number, r));
                    case SendResult.Unknown r ->
                        Decision.event(new MessageEvent.AttemptUnknown(
                                now, number, r.code(), r.detail(), now.plus(rules.resolveDelay())));
                };
            }
            if (current && state.status() == Status.UNKNOWN) {
                return switch (result) {
                    case SendResult.Accepted r ->
                        Decision.event(resolvedAccepted(number, r.providerMessageId(), "answer"));
                    case SendResult.Rejected r -> {
                        List<MessageEvent> events = new ArrayList<>();
                        events.add(resolution(number, "rejected", "answer", null));
                        events.addAll(rejected(number, r));
                        yield Decision.events(events);
                    }
                    case SendResult.Unknown r -> Decision.nothing();
                };
            }
            if (result instanceof SendResult.Accepted r && attempt.providerMessageId() == null) {
                return Decision.event(
                        new MessageEvent.LateReceipt(now, number, Kind.ACCEPTED, r.providerMessageId(), null));
            }
            return Decision.nothing();
        }

        private MessageEvent accepted(int number, String providerMessageId, String by) {
            return new MessageEvent.AttemptAccepted(now, number, providerMessageId, by, silenceEnds());
        }

        private MessageEvent resolvedAccepted(int number, String providerMessageId, String by) {
            return new MessageEvent.AttemptResolved(
                    now, number, "accepted", by, providerMessageId, null, silenceEnds());
        }

        private MessageEvent resolution(int number, String outcome, String by, @Nullable Instant retryAt) {
            return new MessageEvent.AttemptResolved(now, number, outcome, by, null, retryAt, null);
        }

        /** When silence after acceptance is acted upon; absent where no route follows. */
        private @Nullable Instant silenceEnds() {
            if (!hasNext()) {
                return null;
            }
            Integer ttl = state.step().ttlSeconds();
            return now.plus(ttl == null ? rules.reportPatience() : Duration.ofSeconds(ttl));
        }

        private List<MessageEvent> rejected(int number, SendResult.Rejected r) {
            if (state.isSettled() && r.errorClass() != ErrorClass.OPTED_OUT) {
                return then(
                        rejection(number, r, true, null),
                        new MessageEvent.Failed(now, r.errorClass(), r.code(), r.detail()));
            }
            return switch (r.errorClass()) {
                case RETRYABLE ->
                    state.tries() + 1 < rules.maxTries()
                            ? List.of(rejection(number, r, true, retryAt(r)))
                            : then(rejection(number, r, true, null), onwards("retries_exhausted", r));
                case THROTTLED -> List.of(rejection(number, r, false, retryAt(r)));
                case PERMANENT_CONFIG ->
                    hasNext()
                            ? then(rejection(number, r, false, null), onwards("permanent_config", r))
                            : List.of(rejection(number, r, false, now.plus(rules.configPark())));
                case PERMANENT_RECIPIENT, PERMANENT_ROUTE, CHANNEL_UNAVAILABLE ->
                    then(
                            rejection(number, r, true, null),
                            onwards(r.errorClass().wire(), r));
                case PERMANENT_CONTENT ->
                    then(
                            rejection(number, r, true, null),
                            new MessageEvent.Failed(now, r.errorClass(), r.code(), r.detail()));
                case OPTED_OUT -> then(rejection(number, r, true, null), new MessageEvent.Suppressed(now, "opted_out"));
                case EXPIRED ->
                    then(
                            rejection(number, r, true, null),
                            hasNext() ? fellBack("expired") : new MessageEvent.Expired(now));
            };
        }

        private MessageEvent rejection(int number, SendResult.Rejected r, boolean counted, @Nullable Instant retryAt) {
            return new MessageEvent.AttemptRejected(
                    now, number, r.errorClass(), r.code(), r.detail(), retryAt, counted);
        }

        private Instant retryAt(SendResult.Rejected r) {
            return now.plus(rules.backoff(state.tries() + 1, r.retryAfter(), moment.chance()));
        }

        private MessageEvent onwards(String reason, SendResult.Rejected r) {
            return hasNext() ? fellBack(reason) : new MessageEvent.Failed(now, r.errorClass(), r.code(), r.detail());
        }

        private MessageEvent fellBack(String reason) {
            return new MessageEvent.RouteFellBack(
                    now, state.route(), state.route() + 1, reason, moment.node(), leaseUntil(state.envelope(), now));
        }

        private static List<MessageEvent> then(MessageEvent first, MessageEvent second) {
            return List.of(first, second);
        }

        private Decision<MessageEvent> report(DeliveryReport report) {
            Optional<Attempt> found = state.attemptOf(report);
            if (found.isEmpty()) {
                return Decision.refuse(Rejection.notFound("no attempt of this message is known by that id"));
            }
            Attempt attempt = found.get();
            int number = attempt.start().number();
            if (number == state.attempts().size()) {
                switch (state.status()) {
                    case SENDING -> {
                        return overtaking(report, accepted(number, report.providerMessageId(), "report"));
                    }
                    case UNKNOWN -> {
                        return overtaking(report, resolvedAccepted(number, report.providerMessageId(), "report"));
                    }
                    case SENT -> {
                        return Decision.events(onSent(number, report));
                    }
                    case DELIVERED -> {
                        return report.kind() == Kind.READ
                                ? Decision.event(new MessageEvent.Read(now, number))
                                : Decision.nothing();
                    }
                    default -> {}
                }
            }
            return late(attempt, report);
        }

        /** A report on an attempt whose answer is still out says first of all that it was accepted. */
        private Decision<MessageEvent> overtaking(DeliveryReport report, MessageEvent accepted) {
            List<MessageEvent> events = new ArrayList<>();
            events.add(accepted);
            Message sent = Message.evolve(state, accepted);
            events.addAll(new Case(sent, moment).onSent(sent.attempts().size(), report));
            return Decision.events(events);
        }

        private List<MessageEvent> onSent(int number, DeliveryReport report) {
            return switch (report.kind()) {
                case ACCEPTED, SENT -> List.of();
                case DELIVERED -> List.of(new MessageEvent.Delivered(now, number));
                case READ -> List.of(new MessageEvent.Read(now, number));
                case UNDELIVERED -> {
                    ErrorClass why = report.errorClass() == null ? ErrorClass.PERMANENT_RECIPIENT : report.errorClass();
                    MessageEvent undelivered =
                            new MessageEvent.Undelivered(now, number, why, report.code(), report.detail());
                    MessageEvent consequence = switch (why) {
                        case OPTED_OUT -> new MessageEvent.Suppressed(now, "opted_out");
                        case PERMANENT_CONTENT -> new MessageEvent.Failed(now, why, report.code(), report.detail());
                        default ->
                            hasNext()
                                    ? fellBack("undelivered")
                                    : new MessageEvent.Failed(now, why, report.code(), report.detail());
                    };
                    yield List.of(undelivered, consequence);
                }
            };
        }

        /** A report on an attempt that was given up or is over. It still counts where the next one has not begun. */
        private Decision<MessageEvent> late(Attempt attempt, DeliveryReport report) {
            int number = attempt.start().number();
            boolean arrived = report.kind() == Kind.DELIVERED || report.kind() == Kind.READ;
            boolean nextNotBegun = state.status() == Status.QUEUED || state.status() == Status.RETRYING;
            if (arrived && nextNotBegun) {
                MessageEvent arrival = report.kind() == Kind.READ
                        ? new MessageEvent.Read(now, number)
                        : new MessageEvent.Delivered(now, number);
                return attempt.providerMessageId() == null
                        ? Decision.events(then(
                                new MessageEvent.LateReceipt(
                                        now, number, Kind.ACCEPTED, report.providerMessageId(), null),
                                arrival))
                        : Decision.event(arrival);
            }
            boolean news = report.kind().compareTo(Kind.UNDELIVERED) >= 0
                    && (attempt.report() == null || report.kind().compareTo(attempt.report()) > 0);
            if (!news) {
                return Decision.nothing();
            }
            String id = attempt.providerMessageId() == null ? report.providerMessageId() : null;
            return Decision.event(new MessageEvent.LateReceipt(now, number, report.kind(), id, report.errorClass()));
        }

        private Decision<MessageEvent> interrupted(int number) {
            boolean pending = state.status() == Status.SENDING
                    && number == state.attempts().size();
            return pending
                    ? Decision.event(new MessageEvent.AttemptUnknown(
                            now,
                            number,
                            "interrupted",
                            "the process that sent it ended, or got no answer in time",
                            now.plus(rules.resolveDelay())))
                    : Decision.nothing();
        }

        private Decision<MessageEvent> resolve(int number, LookUp lookUp) {
            if (state.status() != Status.UNKNOWN
                    || state.due() == null
                    || number != state.attempts().size()) {
                return Decision.nothing();
            }
            return switch (lookUp) {
                case LookUp.Found f -> {
                    MessageEvent accepted = resolvedAccepted(number, f.providerMessageId(), "look_up");
                    yield f.kind() == null
                            ? Decision.event(accepted)
                            : overtaking(
                                    new DeliveryReport(f.kind(), number, f.providerMessageId(), null, "", ""),
                                    accepted);
                }
                case LookUp.Absent a -> again(number, "not_accepted", "look_up");
                case LookUp.Unavailable u ->
                    now.isBefore(state.lastAt().plus(rules.resolvePatience())) ? Decision.nothing() : byPolicy(number);
                case LookUp.NotSupported n -> byPolicy(number);
            };
        }

        private Decision<MessageEvent> byPolicy(int number) {
            return state.envelope().unknownPolicy() == UnknownPolicy.PREFER_DUPLICATE
                    ? again(number, "sent_again", "policy")
                    : Decision.event(resolution(number, "left_unknown", "policy", null));
        }

        private Decision<MessageEvent> again(int number, String outcome, String by) {
            if (state.tries() + 1 < rules.maxTries()) {
                Instant retryAt = now.plus(rules.backoff(state.tries() + 1, null, moment.chance()));
                return Decision.event(resolution(number, outcome, by, retryAt));
            }
            if (hasNext()) {
                return Decision.events(then(resolution(number, outcome, by, null), fellBack("retries_exhausted")));
            }
            if (outcome.equals("not_accepted")) {
                return Decision.events(then(
                        resolution(number, outcome, by, null),
                        new MessageEvent.Failed(
                                now, ErrorClass.RETRYABLE, "not_accepted", "the provider never had it")));
            }
            return Decision.event(resolution(number, "left_unknown", by, null));
        }

        private Decision<MessageEvent> wake() {
            return switch (state.status()) {
                case SCHEDULED -> {
                    if (notYet(state.due())) {
                        yield Decision.nothing();
                    }
                    yield expired()
                            ? Decision.event(new MessageEvent.Expired(now))
                            : Decision.event(new MessageEvent.Queued(
                                    now, null, "due", moment.node(), leaseUntil(state.envelope(), now), null));
                }
                case QUEUED, RETRYING -> expired() ? Decision.event(new MessageEvent.Expired(now)) : Decision.nothing();
                case SENT -> {
                    if (state.due() == null || notYet(state.due())) {
                        yield Decision.nothing();
                    }
                    yield state.step().ttlSeconds() != null && hasNext()
                            ? Decision.event(fellBack("ttl"))
                            : Decision.event(new MessageEvent.Settled(now, "no_report"));
                }
                case SENDING, DELIVERED, READ, UNKNOWN, FAILED, SUPPRESSED, EXPIRED, CANCELLED -> Decision.nothing();
            };
        }

        private Decision<MessageEvent> cancel(String reason) {
            return switch (state.status()) {
                case SENT ->
                    state.due() == null ? withdraw(reason) : Decision.event(new MessageEvent.Settled(now, reason));
                case UNKNOWN ->
                    state.due() == null
                            ? withdraw(reason)
                            : Decision.event(resolution(state.attempts().size(), "left_unknown", "policy", null));
                case SCHEDULED, QUEUED, RETRYING, SENDING, DELIVERED, READ, FAILED, SUPPRESSED, EXPIRED, CANCELLED ->
                    withdraw(reason);
            };
        }

        private Decision<MessageEvent> withdraw(String reason) {
            return switch (state.status()) {
                case SCHEDULED, QUEUED, RETRYING -> Decision.event(new MessageEvent.Cancelled(now, reason));
                case CANCELLED -> Decision.nothing();
                case SENDING, SENT, UNKNOWN, DELIVERED, READ, FAILED, SUPPRESSED, EXPIRED ->
                    wrongState("it is " + state.status().wire());
            };
        }

        /** Whether the plan may go on. What is settled stays so: its campaign may have closed its books on it. */
        private boolean hasNext() {
            return !state.isSettled()
                    && state.route() + 1 < state.envelope().route().size()
                    && !expired();
        }

        private boolean expired() {
            return !now.isBefore(state.envelope().expiresAt());
        }

        private boolean notYet(Message.@Nullable Due due) {
            return due != null && now.isBefore(due.at());
        }

        private static Decision<MessageEvent> wrongState(String detail) {
            return Decision.refuse(Rejection.wrongState(detail));
        }
    }
}
