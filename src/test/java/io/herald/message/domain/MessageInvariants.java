package io.herald.message.domain;

import static io.herald.support.Envelopes.RULES;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Decision;
import io.herald.message.domain.Message.Attempt.Outcome;
import io.herald.message.domain.MessageDecider.Moment;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What holds of a message whatever is asked of it, and whenever. Remembers which transitions it has seen. */
public final class MessageInvariants {
    private static final MessageDecider DECIDER = new MessageDecider(RULES);

    private final Set<String> visited = new TreeSet<>();

    public static String transition(Status from, Status to) {
        return from + " -> " + to;
    }

    public Set<String> visited() {
        return visited;
    }

    /** Decides, holds the decision and what follows from it against the invariants, and returns the events. */
    public List<MessageEvent> decide(@Nullable Message before, MessageCommand command, Moment moment) {
        if (!(DECIDER.decide(before, command, moment) instanceof Decision.Accepted<MessageEvent>(var events))) {
            return List.of();
        }
        Message state = before;
        for (MessageEvent event : events) {
            state = follow(state, event);
        }
        if (state != null && !events.isEmpty()) {
            Message reached = state;
            isSound(reached);
            if (before != null && before.isSettled() && !(command instanceof MessageCommand.Replay)) {
                assertThat(reached.isSettled())
                        .as(() -> "settled, and no more so after " + command)
                        .isTrue();
            }
            assertThat(repeated(reached, command, moment))
                    .as(() -> command + " repeated in " + reached)
                    .isEmpty();
        }
        return events;
    }

    private Message follow(@Nullable Message before, MessageEvent event) {
        Message after = Message.evolve(before, event);
        Status from = before == null ? null : before.status();
        if (event instanceof MessageEvent.Queued queued && queued.attempt() != null) {
            isAllowed(from, Status.QUEUED);
            from = Status.QUEUED;
        }
        isAllowed(from, after.status());
        assertThat(after.lastAt()).isEqualTo(event.at());
        if (before != null) {
            assertThat(event.at()).isAfterOrEqualTo(before.lastAt());
            assertThat(after.attempts().size() - before.attempts().size()).isBetween(0, 1);
            boolean starts = after.attempts().size() > before.attempts().size();
            assertThat(starts && before.status() == Status.SUPPRESSED)
                    .as("an attempt after an opt-out")
                    .isFalse();
        }
        return after;
    }

    private void isAllowed(@Nullable Status from, Status to) {
        if (from == null) {
            assertThat(to).isIn(Status.SCHEDULED, Status.QUEUED);
        } else if (from != to) {
            visited.add(transition(from, to));
            assertThat(from.next()).as(() -> "may follow " + from).contains(to);
        }
    }

    private static void isSound(Message message) {
        long started = message.attempts().stream()
                .filter(a -> a.outcome() == Outcome.STARTED)
                .count();
        assertThat(started)
                .as(() -> "attempts under way of a message that is " + message.status())
                .isEqualTo(message.status() == Status.SENDING ? 1 : 0);
        if (!message.isSettled()) {
            assertThat(message.due())
                    .as(() -> "someone looks after a message that is " + message.status())
                    .isNotNull();
        }
        for (int i = 1; i <= message.attempts().size(); i++) {
            assertThat(message.attempt(i).start().number()).isEqualTo(i);
        }
        assertThat(message.route()).isLessThan(message.envelope().route().size());
    }

    private static List<MessageEvent> repeated(Message state, MessageCommand command, Moment moment) {
        return DECIDER.decide(state, command, moment) instanceof Decision.Accepted<MessageEvent>(var events)
                ? events
                : List.of();
    }
}
