package io.herald.campaign.domain;

import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Decision;
import io.herald.support.Definitions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Walks through all that can become of a campaign of two, and holds it against the transition table. */
class CampaignTableTest {
    private static final Ledger HALF_FED = new Ledger(2, 0, 1, 0, 1, 0, 0, 0, 0);
    private static final Ledger IN_FLIGHT = new Ledger(2, 0, 0, 1, 1, 0, 0, 0, 0);

    private static final List<CampaignCommand> COMMANDS = List.of(
            new CampaignCommand.Create("t1", "c1", Definitions.of("spring", T0.plusSeconds(9))),
            new CampaignCommand.Edit(Definitions.named("summer")),
            new CampaignCommand.Schedule(null),
            new CampaignCommand.Schedule(T0.plusSeconds(7)),
            new CampaignCommand.Start(),
            new CampaignCommand.Wake(),
            new CampaignCommand.FixAudience(2),
            new CampaignCommand.Advance(1),
            new CampaignCommand.Advance(2),
            new CampaignCommand.Pause(),
            new CampaignCommand.Resume(),
            new CampaignCommand.ChangeRate(5.0),
            new CampaignCommand.ChangeRate(null),
            new CampaignCommand.Cancel(),
            new CampaignCommand.RetryFailed(),
            new CampaignCommand.FinishRetry(1),
            new CampaignCommand.Review(CampaignStory.accepted(2), 0),
            new CampaignCommand.Review(CampaignStory.accepted(2), 1),
            new CampaignCommand.Review(HALF_FED, 0),
            new CampaignCommand.Review(IN_FLIGHT, 0),
            new CampaignCommand.Fail("its import is gone", Ledger.EMPTY),
            new CampaignCommand.Delete(),
            new CampaignCommand.RemoveMessages(T0.plusSeconds(8), new Tally(2, 0, 1, 0, 2)));

    @Test
    void whatCanHappenIsWhatTheTableSaysNoLessAndNoMore() {
        Set<String> visited = new TreeSet<>();
        Set<Campaign> seen = new HashSet<>();
        Queue<Campaign> open = new ArrayDeque<>();
        for (CampaignEvent event : events(null, COMMANDS.getFirst(), T0)) {
            open.add(Campaign.evolve(null, event));
        }
        while (!open.isEmpty()) {
            Campaign before = open.remove();
            for (Instant now : List.of(T0, T0.plusSeconds(10))) {
                for (CampaignCommand command : COMMANDS) {
                    Campaign after = before;
                    for (CampaignEvent event : events(before, command, now)) {
                        after = Campaign.evolve(after, event);
                        assertThat(event.at()).isAfterOrEqualTo(before.lastAt());
                    }
                    follows(before, command, after, now, visited);
                    if (seen.add(after)) {
                        open.add(after);
                    }
                }
            }
        }
        Set<String> table = new TreeSet<>();
        for (Status from : Status.values()) {
            from.next().forEach(to -> table.add(from + " -> " + to));
        }
        assertThat(visited).isEqualTo(table);
        assertThat(seen).hasSizeGreaterThan(100);
    }

    private static void follows(
            Campaign before, CampaignCommand command, Campaign after, Instant now, Set<String> visited) {
        if (before.status() != after.status()) {
            visited.add(before.status() + " -> " + after.status());
            assertThat(before.status().next())
                    .as(() -> command + " of " + before)
                    .contains(after.status());
        }
        assertThat(events(after, command, now))
                .as(() -> command + " repeated in " + after)
                .isEmpty();
        if (after.isResending()) {
            assertThat(after.isActive()).isTrue();
            assertThat(after.isFeeding()).isFalse();
        } else if (after.status().isEnd()) {
            Ledger closing = Objects.requireNonNull(after.closing());
            assertThat(closing.balanced()).isTrue();
            assertThat(closing.waiting()).isZero();
            assertThat(closing.inFlight()).isZero();
            assertThat(after.isFeeding()).isFalse();
            assertThat(after.isActive()).isFalse();
        }
        if (after.messagesRemovedAt() != null) {
            assertThat(after.status().isEnd()).isTrue();
            assertThat(after.closing()).isNotNull();
            assertThat(after.isActive()).isFalse();
        }
        if (before.messagesRemovedAt() != null) {
            assertThat(after).as(() -> command + " of " + before).isEqualTo(before);
        }
        if (before.closing() != null && !(command instanceof CampaignCommand.RetryFailed)) {
            assertThat(after.closing()).isEqualTo(before.closing());
        }
    }

    private static List<CampaignEvent> events(@Nullable Campaign state, CampaignCommand command, Instant now) {
        return CampaignDecider.decide(state, command, now) instanceof Decision.Accepted<CampaignEvent>(var events)
                ? events
                : List.of();
    }

    @Test
    void theNamesOfTheStatusesAreThoseOfTheWire() {
        for (Status status : Status.values()) {
            assertThat(Status.of(status.wire())).isEqualTo(status);
        }
        assertThat(Arrays.stream(Status.values()).filter(Status::isEnd))
                .containsExactly(Status.COMPLETED, Status.CANCELLED, Status.FAILED);
    }
}
