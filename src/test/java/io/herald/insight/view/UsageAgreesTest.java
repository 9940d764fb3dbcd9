package io.herald.insight.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.DeliveryReport.Kind;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Message;
import io.herald.message.domain.Message.Attempt;
import io.herald.message.domain.Message.Attempt.Outcome;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.Status;
import io.herald.message.view.Lives;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.platform.serialization.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever happens to messages, in whatever order: what was counted as it happened is what they say of themselves in the end. */
class UsageAgreesTest {
    private static final Set<Counter> MOVED = EnumSet.noneOf(Counter.class);

    @Property(tries = 300)
    void withWhatTheMessagesSay(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int people,
            @ForAll @IntRange(max = 800) int steps) {
        Lives lives = new Lives(new Random(seed), people);
        Tally tally = new Tally();
        List<Entry<MessageRecorded>> journal = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            List<Entry<MessageRecorded>> entries = lives.step();
            entries.forEach(entry -> tally.add(entry.payload()));
            journal.addAll(entries);
        }
        agrees(total(tally.sums()), lives.messages.values().stream().toList());
        assertThat(rebuilt(journal)).as("made again from the journal").isEqualTo(tally.sums());
    }

    @AfterContainer
    static void everythingThatIsCountedHappened() {
        assertThat(MOVED).containsExactlyInAnyOrder(Counter.values());
    }

    private static Map<Counter, Long> total(SortedMap<Tally.Key, Map<Counter, Integer>> sums) {
        Map<Counter, Long> total = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            total.put(counter, 0L);
        }
        sums.values()
                .forEach(row -> row.forEach((counter, count) -> {
                    assertThat(count).as("what %s rises by", counter).isPositive();
                    total.merge(counter, (long) count, Long::sum);
                }));
        total.forEach((counter, count) -> {
            if (count > 0) {
                MOVED.add(counter);
            }
        });
        return total;
    }

    private static void agrees(Map<Counter, Long> usage, List<Message> messages) {
        List<Attempt> attempts =
                messages.stream().flatMap(m -> m.attempts().stream()).toList();
        Predicate<Attempt> accepted = a -> a.outcome() == Outcome.ACCEPTED;
        Predicate<Attempt> delivered = a -> a.report() == Kind.DELIVERED || a.report() == Kind.READ;
        Map<Counter, Long> expected = new EnumMap<>(Counter.class);
        expected.put(Counter.MESSAGES, (long) messages.size());
        expected.put(Counter.ATTEMPTS, (long) attempts.size());
        expected.put(Counter.ACCEPTED, attempts.stream().filter(accepted).count());
        expected.put(Counter.SEGMENTS, segments(attempts, accepted));
        expected.put(Counter.DELIVERED, attempts.stream().filter(delivered).count());
        expected.put(Counter.DELIVERED_SEGMENTS, segments(attempts, delivered));
        expected.put(
                Counter.FALLBACKS,
                messages.stream().mapToLong(Message::fallbacks).sum());
        expected.put(
                Counter.FAILED,
                in(messages, Status.FAILED)
                        + messages.stream().mapToLong(Message::replays).sum());
        expected.put(Counter.SUPPRESSED, in(messages, Status.SUPPRESSED));
        expected.put(Counter.EXPIRED, in(messages, Status.EXPIRED));
        expected.put(Counter.CANCELLED, in(messages, Status.CANCELLED));
        assertThat(usage).containsAllEntriesOf(expected);

        assertThat(usage.getOrDefault(Counter.UNKNOWN, 0L) - usage.getOrDefault(Counter.RESOLVED, 0L))
                .as("unknown to this day")
                .isEqualTo(attempts.stream()
                        .filter(a -> a.outcome() == Outcome.UNKNOWN || a.outcome() == Outcome.LEFT)
                        .count());
        // What a late report took back is counted in both places.
        assertThat(usage.get(Counter.REJECTED))
                .isBetween(
                        attempts.stream()
                                .filter(a -> a.outcome() == Outcome.REJECTED)
                                .count(),
                        (long) attempts.size());
        assertThat(usage.get(Counter.UNDELIVERED))
                .isBetween(
                        attempts.stream()
                                .filter(a -> a.report() == Kind.UNDELIVERED)
                                .count(),
                        usage.get(Counter.ACCEPTED));
        assertThat(usage.get(Counter.SEGMENTS))
                .as("late receipts add to usage, and to no message")
                .isGreaterThanOrEqualTo(
                        messages.stream().mapToLong(Message::segments).sum());
    }

    private static long segments(List<Attempt> attempts, Predicate<Attempt> of) {
        return attempts.stream().filter(of).mapToLong(a -> a.start().segments()).sum();
    }

    private static long in(List<Message> messages, Status status) {
        return messages.stream().filter(m -> m.status() == status).count();
    }

    /** From the JSON of the events alone. */
    private static SortedMap<Tally.Key, Map<Counter, Integer>> rebuilt(List<Entry<MessageRecorded>> journal) {
        Tally tally = new Tally();
        Map<String, Message> states = new HashMap<>();
        for (Entry<MessageRecorded> entry : journal) {
            MessageEvent event = Json.read(Json.bytes(entry.payload().event()), MessageEvent.class);
            MessageRecorded recorded = MessageRecorded.of(states.get(entry.persistenceId()), event);
            states.put(entry.persistenceId(), recorded.after());
            tally.add(recorded);
        }
        return tally.sums();
    }
}
