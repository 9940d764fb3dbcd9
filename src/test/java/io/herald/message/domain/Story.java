package io.herald.message.domain;

import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import io.herald.message.domain.MessageDecider.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message's life as a test tells it: what was asked when, and what was decided. */
final class Story {
    static final String NODE = "node-1";
    static final Map<String, Long> NO_WAIT = Map.of();

    private static final MessageDecider DECIDER = new MessageDecider(RULES);

    private final Envelope envelope;
    private @Nullable Message state;
    private Instant now = T0;
    private double chance = 0.5;
    private List<MessageEvent> last = List.of();

    private Story(Envelope envelope) {
        this.envelope = envelope;
    }

    /** Nothing has happened yet. */
    static Story of(Envelope envelope) {
        return new Story(envelope);
    }

    /** It came by the API and waits for a lane. */
    static Story queued(Envelope.Step... route) {
        return queued(io.herald.support.Envelopes.of(route));
    }

    static Story queued(Envelope envelope) {
        return of(envelope).does(new MessageCommand.Submit(envelope, null));
    }

    /** Its first attempt is under way. */
    static Story sending(Envelope.Step... route) {
        return queued(route).start();
    }

    static Story sending(Envelope envelope) {
        return queued(envelope).start();
    }

    Story after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Story at(Instant time) {
        now = time;
        return this;
    }

    Story chance(double chance) {
        this.chance = chance;
        return this;
    }

    Story does(MessageCommand command) {
        Decision<MessageEvent> decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Accepted.class);
        last = ((Decision.Accepted<MessageEvent>) decision).events();
        for (MessageEvent event : last) {
            state = Message.evolve(state, event);
        }
        return this;
    }

    /** The command repeats what is so, or comes to nothing. */
    Story ignores(MessageCommand command) {
        assertThat(decide(command)).isEqualTo(Decision.nothing());
        return this;
    }

    Rejection.Code refusal(MessageCommand command) {
        Decision<MessageEvent> decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused<MessageEvent>) decision).rejection().code();
    }

    private Decision<MessageEvent> decide(MessageCommand command) {
        return DECIDER.decide(state, command, new Moment(now, chance, NODE));
    }

    Story start() {
        return does(new MessageCommand.Start(state == null ? envelope : null, NO_WAIT, "none"));
    }

    Story accepted() {
        return result(new SendResult.Accepted("id-" + attempts()));
    }

    Story rejected(ErrorClass errorClass) {
        return rejected(errorClass, null);
    }

    Story rejected(ErrorClass errorClass, @Nullable Duration retryAfter) {
        return result(new SendResult.Rejected(errorClass, "code", "detail", retryAfter));
    }

    Story unknown() {
        return result(new SendResult.Unknown("timeout", "no answer"));
    }

    Story result(SendResult result) {
        return does(new MessageCommand.RecordResult(attempts(), result));
    }

    Story reported(DeliveryReport.Kind kind) {
        return does(report(attempts(), kind));
    }

    Story resolved(LookUp answer) {
        return does(new MessageCommand.Resolve(attempts(), answer));
    }

    Story wakes() {
        return does(new MessageCommand.Wake());
    }

    static MessageCommand report(int attempt, DeliveryReport.Kind kind) {
        return new MessageCommand.RecordReport(new DeliveryReport(kind, attempt, "id-" + attempt, null, "", ""));
    }

    static MessageCommand undelivered(int attempt, ErrorClass errorClass) {
        return new MessageCommand.RecordReport(new DeliveryReport(
                DeliveryReport.Kind.UNDELIVERED, attempt, "id-" + attempt, errorClass, "code", "detail"));
    }

    List<MessageEvent> decided() {
        return last;
    }

    Message state() {
        return Objects.requireNonNull(state);
    }

    @Nullable
    Message stateOrNull() {
        return state;
    }

    Status status() {
        return state().status();
    }

    Instant now() {
        return now;
    }

    int attempts() {
        return state().attempts().size();
    }

    Instant dueAt() {
        return Objects.requireNonNull(state().due()).at();
    }
}
