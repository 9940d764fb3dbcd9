package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.MessageDecider.Moment;
import io.herald.support.Envelopes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Walks through all that can become of a message, up to its third attempt, and holds it against the transition table. */
class MessageTableTest {
    private static final int MOST_ATTEMPTS = 3;

    private record Place(@Nullable Message message, Instant now) {}

    @Test
    void whatCanHappenIsWhatTheTableSaysNoLessAndNoMore() {
        MessageInvariants invariants = new MessageInvariants();
        for (UnknownPolicy policy : UnknownPolicy.values()) {
            explore(Envelopes.of(policy, RCS, SMS), invariants);
        }
        Set<String> table = new TreeSet<>();
        for (Status from : Status.values()) {
            from.next().forEach(to -> table.add(MessageInvariants.transition(from, to)));
        }
        assertThat(invariants.visited()).isEqualTo(table);
    }

    private static void explore(Envelope envelope, MessageInvariants invariants) {
        Set<String> seen = new HashSet<>();
        Queue<Place> open = new ArrayDeque<>(List.of(new Place(null, T0)));
        while (!open.isEmpty()) {
            Place place = open.remove();
            for (Instant now : moments(place, envelope)) {
                for (MessageCommand command : commands(place.message(), envelope, now)) {
                    Message after = place.message();
                    for (MessageEvent event :
                            invariants.decide(place.message(), command, new Moment(now, 0.5, Story.NODE))) {
                        after = Message.evolve(after, event);
                    }
                    if (after != null && after.attempts().size() <= MOST_ATTEMPTS && seen.add(outline(after, now))) {
                        open.add(new Place(after, now));
                    }
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(200);
    }

    /** What distinguishes one place from another, exact times left out. */
    private static String outline(Message m, Instant now) {
        return m.status()
                + "/" + m.route()
                + "/" + m.tries()
                + "/" + m.replays()
                + "/" + (m.due() != null)
                + "/" + now.isBefore(m.envelope().expiresAt())
                + "/"
                + m.attempts().stream().map(a -> a.outcome() + ":" + a.report()).toList();
    }

    private static List<Instant> moments(Place place, Envelope envelope) {
        List<Instant> moments = new ArrayList<>(List.of(place.now()));
        if (place.message() != null && place.message().due() != null) {
            moments.add(place.message().due().at());
        }
        if (place.now().isBefore(envelope.expiresAt())) {
            moments.add(envelope.expiresAt());
        }
        return moments;
    }

    private static List<MessageCommand> commands(@Nullable Message message, Envelope envelope, Instant now) {
        List<MessageCommand> commands = new ArrayList<>(List.of(
                new MessageCommand.Submit(envelope, null),
                new MessageCommand.Submit(envelope, now.plusSeconds(5)),
                new MessageCommand.EnterSuppressed(envelope, "opted_out"),
                new MessageCommand.EnterFailed(envelope, "code", "detail"),
                new MessageCommand.Start(envelope, Map.of(), "none"),
                new MessageCommand.Wake(),
                new MessageCommand.Cancel("x"),
                new MessageCommand.Withdraw("x"),
                new MessageCommand.Suppress("opted_out"),
                new MessageCommand.Replay()));
        int attempts = message == null ? 0 : message.attempts().size();
        for (int attempt = Math.max(1, attempts - 1); attempt <= attempts; attempt++) {
            about(attempt, commands);
        }
        return commands;
    }

    private static void about(int attempt, List<MessageCommand> commands) {
        commands.add(new MessageCommand.RecordResult(attempt, new SendResult.Accepted("id-" + attempt)));
        commands.add(new MessageCommand.RecordResult(attempt, new SendResult.Unknown("timeout", "")));
        for (ErrorClass errorClass : ErrorClass.values()) {
            commands.add(new MessageCommand.RecordResult(
                    attempt, new SendResult.Rejected(errorClass, "code", "detail", null)));
            commands.add(Story.undelivered(attempt, errorClass));
        }
        for (Kind kind : Kind.values()) {
            commands.add(Story.report(attempt, kind));
            commands.add(new MessageCommand.Resolve(attempt, new LookUp.Found("id-" + attempt, kind)));
        }
        commands.add(new MessageCommand.Interrupted(attempt));
        Arrays.asList(
                        new LookUp.Found("id-" + attempt, null),
                        new LookUp.Absent(),
                        new LookUp.Unavailable(),
                        new LookUp.NotSupported())
                .forEach(answer -> commands.add(new MessageCommand.Resolve(attempt, answer)));
    }

    @Test
    void theNamesOfTheStatusesAreThoseOfTheWire() {
        for (Status status : Status.values()) {
            assertThat(Status.of(status.wire())).isEqualTo(status);
        }
        assertThat(Status.RETRYING.wire()).isEqualTo("retrying");
    }

    @Test
    void whatWaitsIsNotWithAProvider() {
        assertThat(Arrays.stream(Status.values()).filter(Status::isWaiting))
                .containsExactly(Status.SCHEDULED, Status.QUEUED, Status.RETRYING);
    }
}
