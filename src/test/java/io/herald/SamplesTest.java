package io.herald;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.herald.Samples.Sample;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class SamplesTest {

    @Test
    void aSampleIsDueASecondAfterTheLast() {
        Samples samples = new Samples();
        assertThat(samples.isDue(0)).isTrue();
        samples.add(new Sample(0, 0, 10));
        assertThat(samples.isDue(0.99)).isFalse();
        assertThat(samples.isDue(1)).isTrue();
    }

    @Test
    void asManyAsThereMayBeAreAllKept() {
        assertThat(steady(Samples.MOST - 1, 10).all()).hasSize(Samples.MOST);
    }

    @Test
    void oneMoreHalvesThemAndDoublesTheStep() {
        Samples samples = steady(Samples.MOST, 10);
        assertThat(samples.all()).hasSize(Samples.MOST / 2 + 1);
        assertThat(samples.all().get(1).seconds()).isEqualTo(2);
        assertThat(samples.isDue(Samples.MOST + 1.9)).isFalse();
        assertThat(samples.isDue(Samples.MOST + 2)).isTrue();
    }

    @Property(tries = 200)
    void aRunOfAnyLengthHasItsFirstAndLastSampleAndEvenStepsBetween(
            @ForAll @IntRange(min = 1, max = 5_000) int seconds) {
        Samples samples = steady(seconds, 10);
        samples.add(new Sample(seconds + 0.5, 10L * seconds, 10));
        List<Sample> all = samples.all();
        assertThat(all).hasSizeLessThanOrEqualTo(Samples.MOST);
        assertThat(all.getFirst().seconds()).isZero();
        assertThat(all.getLast().seconds()).isEqualTo(seconds + 0.5);
        double step = all.get(1).seconds();
        for (int i = 1; i < all.size() - 1; i++) {
            assertThat(all.get(i).seconds()).isEqualTo(i * step);
        }
    }

    @Test
    void theTenthsOfARunThatSlowsHaveTheirOwnRates() {
        Samples samples = new Samples();
        samples.add(new Sample(0, 0, 10));
        samples.add(new Sample(1, 200, 10)); // 200 a second until here
        samples.add(new Sample(5, 800, 10));
        samples.add(new Sample(9, 1000, 10)); // 50 a second since then
        assertThat(samples.firstTenthPerSecond()).isCloseTo(200, within(1e-9));
        assertThat(samples.lastTenthPerSecond()).isCloseTo(50, within(1e-9));
    }

    @Test
    void messagesThatGoBackIntoFlightDoNotMoveTheTenths() {
        Samples samples = new Samples();
        samples.add(new Sample(0, 0, 10));
        samples.add(new Sample(1, 100, 10));
        samples.add(new Sample(2, 90, 10));
        samples.add(new Sample(10, 1000, 10));
        assertThat(samples.firstTenthPerSecond()).isCloseTo(100, within(1e-9));
    }

    @Test
    void aRunOfOneStepHasOneRate() {
        Samples samples = new Samples();
        samples.add(new Sample(0, 0, 10));
        samples.add(new Sample(0.5, 300, 10));
        assertThat(samples.firstTenthPerSecond()).isCloseTo(600, within(1e-9));
        assertThat(samples.lastTenthPerSecond()).isCloseTo(600, within(1e-9));
    }

    @Test
    void aRunOfNothingHasNoRate() {
        Samples samples = new Samples();
        samples.add(new Sample(0, 0, 10));
        samples.add(new Sample(2, 0, 10));
        assertThat(samples.firstTenthPerSecond()).isZero();
        assertThat(samples.lastTenthPerSecond()).isZero();
    }

    /** A sample every second, where it is due. */
    private static Samples steady(int seconds, int perSecond) {
        Samples samples = new Samples();
        for (int at = 0; at <= seconds; at++) {
            if (samples.isDue(at)) {
                samples.add(new Sample(at, (long) at * perSecond, 10));
            }
        }
        return samples;
    }
}
