package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.dispatch.Limits.Forecast;
import io.herald.dispatch.Limits.Verdict;
import io.herald.platform.sql.DatabaseAway;
import io.herald.support.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final LimitKey ACCOUNT = new LimitKey(LimitKey.Kind.PROVIDER, "a");
    private static final LimitKey TENANT = new LimitKey(LimitKey.Kind.TENANT, "t");
    private static final LimitKey CAMPAIGN = LimitKey.campaign("t", "c");

    private final TestClock clock = new TestClock();
    private final FakeLimitOwner owner = new FakeLimitOwner(clock);
    private final Limits limits = new Limits(owner, clock, clock);

    private static boolean learned(Limits limits, LimitKey... keys) {
        return !limits.depart(List.of(keys)).go();
    }

    /** Departures under these limits for so long, by someone who comes when he is told to. */
    private static List<Long> run(TestClock clock, Limits limits, double seconds, List<LimitKey> keys) {
        List<Long> departures = new ArrayList<>();
        long end = clock.getAsLong() + (long) (seconds * SECOND);
        while (clock.getAsLong() < end) {
            Verdict verdict = limits.depart(keys);
            if (verdict.go()) {
                departures.add(clock.getAsLong());
            } else {
                clock.advance(Math.min(verdict.waitNanos(), end - clock.getAsLong()));
            }
        }
        return departures;
    }

    private List<Long> run(double seconds, LimitKey... keys) {
        return run(clock, limits, seconds, List.of(keys));
    }

    @Test
    void aLimitThatIsNotKnownLetsNothingThroughUntilItsOwnerHasAnswered() {
        owner.slow = true;
        assertThat(limits.depart(List.of(ACCOUNT)).go()).isFalse();
        assertThat(limits.depart(List.of(ACCOUNT)).binding()).isEqualTo(ACCOUNT);
        assertThat(owner.waiting).as("asked once, not with every look").hasSize(1);
        assertThat(limits.inForce(ACCOUNT)).isEmpty();
        owner.waiting.remove().answer().complete(owner.share(10, 0));
        assertThat(limits.depart(List.of(ACCOUNT)).go()).isTrue();
        assertThat(limits.inForce(ACCOUNT)).hasValue(10);
    }

    @Test
    void anAnswerWakesThoseWhoWait() {
        owner.slow = true;
        AtomicInteger woken = new AtomicInteger();
        limits.onChange(woken::incrementAndGet);
        limits.depart(List.of(ACCOUNT));
        assertThat(woken).hasValue(0);
        owner.waiting.remove().answer().complete(owner.share(10, 0));
        assertThat(woken).hasPositiveValue();
    }

    @Test
    void anOwnerThatCantAnswerIsAskedAgainAndNothingGoesMeanwhile() {
        owner.failure = new DatabaseAway(null);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.depart(List.of(ACCOUNT)).go()).isFalse();
        }
        assertThat(owner.asked).hasSize(5);
        owner.failure = null;
        limits.depart(List.of(ACCOUNT));
        assertThat(limits.depart(List.of(ACCOUNT)).go()).isTrue();
    }

    @Test
    void aShareIsRenewedBeforeItRunsOut() {
        owner.set(ACCOUNT, 100);
        assertThat(learned(limits, ACCOUNT)).isTrue();
        List<Long> departures = run(180, ACCOUNT);
        assertThat(departures).hasSizeGreaterThan(180 * 95);
        assertThat(owner.asked).hasSizeBetween(4, 6);
    }

    @Test
    void aShareThatCantBeRenewedRunsOutAndNothingGoesAnyMore() {
        owner.set(ACCOUNT, 100);
        limits.depart(List.of(ACCOUNT));
        owner.failure = new DatabaseAway(null);
        long begun = clock.getAsLong();
        List<Long> departures = run(90, ACCOUNT);
        assertThat(departures.getLast() - begun).isLessThanOrEqualTo(FakeLimitOwner.LEASE.toNanos());
        assertThat(limits.inForce(ACCOUNT)).isEmpty();
    }

    @Test
    void theNarrowestOfSeveralLimitsHoldsAndIsNamed() {
        owner.set(ACCOUNT, 1000);
        owner.set(TENANT, 100);
        owner.set(CAMPAIGN, 10);
        limits.depart(List.of(ACCOUNT, TENANT, CAMPAIGN));
        assertThat(run(10, ACCOUNT, TENANT, CAMPAIGN)).hasSizeBetween(90, 100);
        assertThat(limits.depart(List.of(ACCOUNT, TENANT, CAMPAIGN)).binding()).isEqualTo(CAMPAIGN);
        Forecast forecast = limits.forecast(List.of(ACCOUNT, TENANT, CAMPAIGN));
        assertThat(forecast.binding()).isEqualTo(CAMPAIGN);
        assertThat(forecast.intervalNanos()).isBetween(SECOND / 10, SECOND / 9);
    }

    @Test
    void aDepartureThatOneLimitForbidsTakesNothingFromTheOthers() {
        owner.set(ACCOUNT, 100);
        owner.set(CAMPAIGN, 0.1);
        limits.depart(List.of(ACCOUNT, CAMPAIGN));
        assertThat(limits.depart(List.of(ACCOUNT, CAMPAIGN)).go()).isTrue();
        for (int i = 0; i < 10_000; i++) {
            assertThat(limits.depart(List.of(ACCOUNT, CAMPAIGN)).go()).isFalse();
        }
        assertThat(run(1, ACCOUNT)).hasSizeGreaterThan(90);
    }

    @Test
    void lookingAheadTakesNothing() {
        owner.set(ACCOUNT, 1);
        limits.depart(List.of(ACCOUNT));
        for (int i = 0; i < 100; i++) {
            assertThat(limits.forecast(List.of(ACCOUNT)).waitNanos()).isLessThanOrEqualTo(0);
        }
        assertThat(limits.depart(List.of(ACCOUNT)).go()).isTrue();
        assertThat(limits.forecast(List.of(ACCOUNT)).waitNanos()).isGreaterThan(SECOND * 9 / 10);
    }

    @Test
    void aChangedRateIsInForceWhenItsRefreshHasCompleted() {
        owner.set(ACCOUNT, 1);
        limits.depart(List.of(ACCOUNT));
        run(2, ACCOUNT);
        owner.set(ACCOUNT, 500);
        assertThat(limits.refresh(ACCOUNT)).isCompleted();
        assertThat(limits.inForce(ACCOUNT)).hasValue(500);
        assertThat(run(1, ACCOUNT)).hasSizeGreaterThan(450);
        owner.set(ACCOUNT, 10);
        limits.refresh(ACCOUNT);
        assertThat(PaceTest.densest(run(5, ACCOUNT))).isLessThanOrEqualTo(11);
    }

    @Test
    void anAnswerThatWasAskedForBeforeAChangeDoesNotUndoIt() {
        owner.slow = true;
        limits.depart(List.of(ACCOUNT));
        limits.refresh(ACCOUNT);
        FakeLimitOwner.Asked before = owner.waiting.remove();
        FakeLimitOwner.Asked after = owner.waiting.remove();
        after.answer().complete(owner.share(10, 0));
        before.answer().complete(owner.share(1000, 0));
        assertThat(limits.inForce(ACCOUNT)).hasValue(10);
    }

    @Test
    void anAdaptedLimitIsNarrowerThanItsShareAndNeverWider() {
        owner.set(ACCOUNT, 100);
        limits.depart(List.of(ACCOUNT));
        limits.adapt(ACCOUNT, 10);
        assertThat(limits.inForce(ACCOUNT)).hasValue(10);
        run(1, ACCOUNT);
        assertThat(run(3, ACCOUNT)).hasSizeBetween(27, 31);
        limits.adapt(ACCOUNT, 1000);
        assertThat(limits.inForce(ACCOUNT)).hasValue(100);
        limits.adapt(ACCOUNT, Double.POSITIVE_INFINITY);
        limits.refresh(ACCOUNT);
        assertThat(limits.inForce(ACCOUNT)).hasValue(100);
    }

    @Test
    void whatWasUsedIsCountedBySeconds() {
        owner.set(ACCOUNT, 100);
        limits.depart(List.of(ACCOUNT));
        assertThat(limits.used(ACCOUNT)).isZero();
        run(3, ACCOUNT);
        assertThat(limits.used(ACCOUNT)).isBetween(90, 100);
        clock.advance(Duration.ofSeconds(5));
        assertThat(limits.used(ACCOUNT)).isZero();
        assertThat(limits.used(TENANT)).isZero();
    }

    @Test
    void anAdministratorNamesACampaignWithoutItsTenant() {
        LimitKey name = new LimitKey(LimitKey.Kind.CAMPAIGN, "c");
        owner.set(CAMPAIGN, 10);
        assertThat(learned(limits, CAMPAIGN)).isTrue();
        assertThat(limits.depart(List.of(CAMPAIGN)).go()).isTrue();
        assertThat(limits.used(name)).isEqualTo(limits.used(CAMPAIGN));
        clock.advance(SECOND);
        assertThat(limits.used(name)).isEqualTo(1);
        owner.set(CAMPAIGN, 70);
        limits.refresh(name);
        assertThat(limits.inForce(CAMPAIGN)).hasValue(70);
        assertThat(owner.asked).containsOnly(CAMPAIGN);
        assertThat(limits.used(new LimitKey(LimitKey.Kind.CAMPAIGN, "d"))).isZero();
    }

    /**
     * Whatever is changed and whenever: no sliding second holds more than 105 % of the highest rate that was in force in it, and
     * from two seconds after a change on at least 90 % of the rate are used.
     */
    @Property(tries = 60)
    void changesAreFollowedAndNeverOverrun(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 20, max = 2000) Integer> rates,
            @ForAll @IntRange(max = 999) int offsetMillis,
            @ForAll Random chance) {
        TestClock time = new TestClock();
        FakeLimitOwner whose = new FakeLimitOwner(time);
        Limits held = new Limits(whose, time, time);
        List<LimitKey> keys = List.of(ACCOUNT, TENANT);
        int highest = 0;
        List<Long> all = new ArrayList<>();
        for (int rate : rates) {
            int before = highest;
            whose.set(ACCOUNT, rate);
            held.refresh(ACCOUNT);
            held.refresh(TENANT);
            highest = rate;
            List<Long> first = run(time, held, 2 + offsetMillis / 1000.0, keys);
            List<Long> settled = run(time, held, 3 + chance.nextInt(3), keys);
            all.addAll(first);
            all.addAll(settled);
            long span = settled.getLast() - settled.getFirst();
            assertThat(settled.size() - 1.0)
                    .as("used of " + rate + " after " + before)
                    .isGreaterThanOrEqualTo(0.9 * rate * span / SECOND);
            assertThat(PaceTest.densest(settled)).isLessThanOrEqualTo((int) (rate * 1.05));
        }
        int most = rates.stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertThat(PaceTest.densest(all)).isLessThanOrEqualTo((int) (most * 1.05));
    }
}
