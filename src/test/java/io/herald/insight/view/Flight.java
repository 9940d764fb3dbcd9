package io.herald.insight.view;

import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageCommand;
import io.herald.message.domain.MessageDecider;
import io.herald.message.domain.MessageEvent;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.support.Envelopes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message's life as its entity would persist it. */
final class Flight {
    private static final MessageDecider DECIDER = new MessageDecider(Envelopes.RULES);

    private final Envelope envelope;
    private final List<Entry<MessageRecorded>> entries = new ArrayList<>();
    private @Nullable Message state;
    private Instant now = Envelopes.T0;

    private Flight(Envelope envelope) {
        this.envelope = envelope;
    }

    static Flight of(Envelope envelope) {
        return new Flight(envelope);
    }

    /** A campaign's message, its first attempt under way. */
    static Flight started(Envelope.Step... route) {
        return of(Envelopes.of(route)).starts();
    }

    List<Entry<MessageRecorded>> entries() {
        return List.copyOf(entries);
    }

    Flight after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Flight nextDay() {
        return after(Duration.ofDays(1));
    }

    Flight does(MessageCommand command) {
        var moment = new MessageDecider.Moment(now, 0.5, "node");
        if (!(DECIDER.decide(state, command, moment) instanceof Decision.Accepted<MessageEvent>(var events))) {
            throw new AssertionError(command + " is refused by " + state);
        }
        for (MessageEvent event : events) {
            MessageRecorded recorded = MessageRecorded.of(state, event);
            state = recorded.after();
            entries.add(new Entry<>("Message|" + envelope.messageId(), entries.size() + 1, recorded));
        }
        return this;
    }

    Flight starts() {
        return does(new MessageCommand.Start(state == null ? envelope : null, Map.of(), "none"));
    }

    Flight answers(SendResult result) {
        return answers(attempts(), result);
    }

    Flight answers(int attempt, SendResult result) {
        return does(new MessageCommand.RecordResult(attempt, result));
    }

    Flight accepted() {
        return answers(new SendResult.Accepted("id-" + attempts()));
    }

    Flight rejected(ErrorClass errorClass) {
        return answers(new SendResult.Rejected(errorClass, "code", "detail", null));
    }

    Flight unknown() {
        return answers(new SendResult.Unknown("timeout", "no answer"));
    }

    Flight resolved(LookUp answer) {
        return does(new MessageCommand.Resolve(attempts(), answer));
    }

    Flight reported(Kind kind) {
        return reported(attempts(), kind);
    }

    Flight reported(int attempt, Kind kind) {
        ErrorClass why = kind == Kind.UNDELIVERED ? ErrorClass.PERMANENT_RECIPIENT : null;
        return does(new MessageCommand.RecordReport(
                new DeliveryReport(kind, attempt, "id-" + attempt, why, "code", "detail")));
    }

    private int attempts() {
        return state == null ? 0 : state.attempts().size();
    }
}
