package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** What goes in {@code seconds} where someone looks again as soon as he is told to, up to {@code lateNanos} late. */
    private static List<Long> run(Pace pace, long start, double seconds, long lateNanos, Random chance) {
        List<Long> departures = new ArrayList<>();
        long now = start;
        long end = start + (long) (seconds * SECOND);
        while (now < end) {
            long wait = pace.untilNext(now);
            if (wait <= 0) {
                pace.depart(now);
                departures.add(now);
            } else {
                now += wait + (lateNanos == 0 ? 0 : chance.nextLong(lateNanos));
            }
        }
        return departures;
    }

    /** The most departures in any second, both ends included. */
    static int densest(List<Long> departures) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < departures.size(); last++) {
            while (departures.get(last) - departures.get(first) >= SECOND) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    @Property(tries = 200)
    void noSlidingSecondHoldsMoreThanTheRateAndNineTenthsOfItAreUsed(
            @ForAll @IntRange(min = 1, max = 5000) int rate,
            @ForAll @IntRange(max = 8) int lateMillis,
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long start,
            @ForAll Random chance) {
        Pace pace = new Pace();
        pace.set(rate, 0, start);
        List<Long> departures = run(pace, start, 5, lateMillis * MILLI, chance);
        assertThat(densest(departures)).isLessThanOrEqualTo((int) Math.max(rate, Math.floor(rate * 1.05)));
        assertThat(departures).hasSizeGreaterThanOrEqualTo((int) Math.floor(rate * 5 * 0.9));
    }

    @Test
    void aSilenceSavesNothingUp() {
        Pace pace = new Pace();
        pace.set(100, 0, 0);
        pace.depart(0);
        List<Long> departures = run(pace, 60 * SECOND, 1, 0, new Random(1));
        assertThat(departures).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void withABurstThatManyGoAtOnceAndThenTheRateHolds() {
        Pace pace = new Pace();
        pace.set(100, 50, 0);
        List<Long> departures = run(pace, 0, 4, 0, new Random(1));
        assertThat(departures.stream().filter(at -> at == 0)).hasSize(50);
        assertThat(densest(departures)).isBetween(140, 150);
        assertThat(departures.stream().filter(at -> at > SECOND && at <= 2 * SECOND))
                .hasSizeBetween(95, 100);
    }

    @Test
    void withoutALimitNothingWaits() {
        Pace pace = new Pace();
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.untilNext(0)).isLessThanOrEqualTo(0);
            pace.depart(0);
        }
        assertThat(pace.interval()).isZero();
        assertThat(pace.rate()).isInfinite();
    }

    @Test
    void aFasterRateIsInForceAtOnce() {
        Pace pace = new Pace();
        pace.set(0.1, 0, 0);
        pace.depart(0);
        assertThat(pace.untilNext(SECOND)).isGreaterThan(8 * SECOND);
        pace.set(100, 0, SECOND);
        assertThat(pace.untilNext(SECOND)).isLessThanOrEqualTo(11 * MILLI);
        assertThat(run(pace, SECOND, 2, 0, new Random(1))).hasSizeGreaterThan(180);
    }

    @Test
    void aSlowerRateIsInForceAtOnce() {
        Pace pace = new Pace();
        pace.set(1000, 0, 0);
        run(pace, 0, 2, 0, new Random(1));
        pace.set(10, 0, 2 * SECOND);
        assertThat(densest(run(pace, 2 * SECOND, 4, 0, new Random(1)))).isLessThanOrEqualTo(11);
        List<Long> settled = run(pace, 7 * SECOND, 4, 0, new Random(1));
        assertThat(densest(settled)).isLessThanOrEqualTo(10);
    }

    @Test
    void aLimitPutOnWhatHadNoneHoldsFromItsFirstSecond() {
        Pace pace = new Pace();
        for (int i = 0; i < 1000; i++) {
            pace.depart(i);
        }
        pace.set(50, 0, SECOND);
        assertThat(densest(run(pace, SECOND, 3, 0, new Random(1)))).isLessThanOrEqualTo(50);
    }

    @Test
    void theSameRateSetAgainAndAgainGivesNothingAway() {
        Pace pace = new Pace();
        List<Long> departures = new ArrayList<>();
        for (long now = 0; now < 3 * SECOND; now += MILLI) {
            pace.set(20, 0, now);
            while (pace.untilNext(now) <= 0) {
                pace.depart(now);
                departures.add(now);
            }
        }
        assertThat(densest(departures)).isLessThanOrEqualTo(20);
    }
}
