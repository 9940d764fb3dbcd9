package io.herald.message.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.UnknownPolicy;
import io.herald.message.view.World.Action;
import io.herald.message.view.World.Crash;
import io.herald.message.view.World.Step;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The promises hold for any order in which commands, answers, reports, timers and crashes meet a campaign's messages. */
class PromisesTest {
    private static final Map<io.herald.campaign.domain.Status, Integer> ENDS =
            new EnumMap<>(io.herald.campaign.domain.Status.class);
    private static final Set<String> VISITED = new TreeSet<>();

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequency(
                Tuple.of(4, Action.TIME),
                Tuple.of(3, Action.CAMPAIGN),
                Tuple.of(3, Action.REVIEW),
                Tuple.of(5, Action.FEED),
                Tuple.of(6, Action.START),
                Tuple.of(9, Action.ANSWER),
                Tuple.of(6, Action.REPORT),
                Tuple.of(2, Action.INTERRUPT),
                Tuple.of(3, Action.RESOLVE),
                Tuple.of(3, Action.WAKE),
                Tuple.of(3, Action.CANCEL),
                Tuple.of(1, Action.STOP),
                Tuple.of(2, Action.REPLAY));
        Arbitrary<Crash> crashes =
                Arbitraries.frequency(Tuple.of(6, Crash.NONE), Tuple.of(1, Crash.BEFORE), Tuple.of(2, Crash.AFTER));
        return Combinators.combine(
                        actions,
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 179),
                        crashes)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(120);
    }

    @Property(tries = 5000)
    void theBooksBalanceAndThePromisesHold(
            @ForAll("steps") List<Step> steps,
            @ForAll @IntRange(min = 1, max = 3) int recipients,
            @ForAll UnknownPolicy policy) {
        World world = new World(recipients, policy);
        steps.forEach(world::does);
        ENDS.merge(world.status(), 1, Integer::sum);
        VISITED.addAll(world.visited());
    }

    @BeforeContainer
    static void forget() {
        ENDS.clear();
        VISITED.clear();
    }

    /** A walk that never gets anywhere would find nothing wrong on its way. */
    @AfterContainer
    static void theWalksGotEverywhere() {
        assertThat(ENDS)
                .containsKeys(
                        io.herald.campaign.domain.Status.RUNNING,
                        io.herald.campaign.domain.Status.PAUSED,
                        io.herald.campaign.domain.Status.COMPLETED,
                        io.herald.campaign.domain.Status.CANCELLED);
        assertThat(VISITED).hasSizeGreaterThan(30);
    }
}
