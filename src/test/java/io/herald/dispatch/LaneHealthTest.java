package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.dispatch.LaneHealth.State;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaneHealthTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SendResult ACCEPTED = new SendResult.Accepted("id");
    private static final SendResult UNKNOWN = new SendResult.Unknown("timeout", "no answer");
    private static final LaneHealth.Settings SETTINGS =
            new LaneHealth.Settings(5, Duration.ofSeconds(2), 3, Duration.ofSeconds(30));

    private final LaneHealth health = new LaneHealth(SETTINGS);
    private long now = 17 * SECOND;

    private static SendResult rejected(ErrorClass errorClass) {
        return rejected(errorClass, null);
    }

    private static SendResult rejected(ErrorClass errorClass, @Nullable Duration retryAfter) {
        return new SendResult.Rejected(errorClass, "code", "detail", retryAfter);
    }

    private void call(SendResult result) {
        health.departed(now);
        health.returned(result, now);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            call(rejected(ErrorClass.RETRYABLE));
        }
    }

    private void pass(long nanos) {
        now += nanos;
    }

    @Test
    void aHealthyLaneIsNotClosedForAnyTime() {
        assertThat(health.closedFor(now)).isZero();
        call(ACCEPTED);
        assertThat(health.closedFor(now)).isZero();
    }

    @Test
    void failuresInARowOpenIt() {
        fail(4);
        assertThat(health.state()).isEqualTo(State.CLOSED);
        assertThat(health.untilNext(now)).isZero();
        call(UNKNOWN);
        assertThat(health.state()).isEqualTo(State.OPEN);
        assertThat(health.reason()).isEqualTo("unknown timeout");
        assertThat(health.untilNext(now)).isEqualTo(2 * SECOND);
        assertThat(health.closedFor(now)).isEqualTo(2 * SECOND);
    }

    @Test
    void anAnswerWithSenseEndsTheRow() {
        fail(4);
        call(ACCEPTED);
        assertThat(health.failuresInRow()).isZero();
        fail(4);
        assertThat(health.state()).isEqualTo(State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorClass.class,
            names = {
                "PERMANENT_RECIPIENT",
                "PERMANENT_CONTENT",
                "PERMANENT_ROUTE",
                "CHANNEL_UNAVAILABLE",
                "OPTED_OUT",
                "EXPIRED"
            })
    void aRefusalOfOneMessageSaysThatTheProviderIsWell(ErrorClass errorClass) {
        for (int i = 0; i < 100; i++) {
            call(rejected(errorClass));
        }
        assertThat(health.state()).isEqualTo(State.CLOSED);
        assertThat(health.untilNext(now)).isZero();
    }

    @Test
    void afterItsTimeAFewProbesGoAndNoMoreUntilOneIsBack() {
        fail(5);
        pass(2 * SECOND);
        for (int probe = 0; probe < 3; probe++) {
            assertThat(health.untilNext(now)).isZero();
            health.departed(now);
            assertThat(health.state()).isEqualTo(State.HALF_OPEN);
        }
        assertThat(health.untilNext(now)).isEqualTo(Long.MAX_VALUE);
        assertThat(health.returned(ACCEPTED, now)).as("more may go than before").isTrue();
        assertThat(health.state()).isEqualTo(State.CLOSED);
        assertThat(health.untilNext(now)).isZero();
    }

    @Test
    void eachTimeThatProbesFailItStaysOpenForLongerUpToTenTimesTheFirst() {
        fail(5);
        for (int seconds : new int[] {2, 4, 8, 16, 20, 20}) {
            assertThat(health.untilNext(now)).isEqualTo(seconds * SECOND);
            pass(seconds * SECOND);
            health.departed(now);
            health.departed(now);
            health.returned(rejected(ErrorClass.RETRYABLE), now);
            assertThat(health.state()).isEqualTo(State.OPEN);
            health.returned(rejected(ErrorClass.RETRYABLE), now);
        }
        pass(20 * SECOND);
        call(ACCEPTED);
        fail(5);
        assertThat(health.untilNext(now)).as("well again, it begins anew").isEqualTo(2 * SECOND);
    }

    @Test
    void callsThatWereUnderWayWhenItOpenedDontKeepItOpenForLonger() {
        for (int i = 0; i < 50; i++) {
            health.departed(now);
        }
        for (int i = 0; i < 50; i++) {
            health.returned(rejected(ErrorClass.RETRYABLE), now);
        }
        assertThat(health.untilNext(now)).isEqualTo(2 * SECOND);
    }

    @Test
    void aMisconfiguredAccountPausesAtOnceAndIsProbedOneAtATime() {
        call(rejected(ErrorClass.PERMANENT_CONFIG));
        assertThat(health.state()).isEqualTo(State.PAUSED);
        assertThat(health.reason()).isEqualTo("permanent_config code");
        assertThat(health.untilNext(now)).isEqualTo(30 * SECOND);
        pass(30 * SECOND);
        assertThat(health.untilNext(now)).isZero();
        health.departed(now);
        assertThat(health.untilNext(now)).isEqualTo(Long.MAX_VALUE);
        health.returned(rejected(ErrorClass.PERMANENT_CONFIG), now);
        assertThat(health.untilNext(now)).as("longer each time").isEqualTo(60 * SECOND);
        pass(60 * SECOND);
        call(ACCEPTED);
        assertThat(health.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void callsThatWereUnderWayWhenItPausedDontMakeThePauseLonger() {
        for (int i = 0; i < 50; i++) {
            health.departed(now);
        }
        for (int i = 0; i < 50; i++) {
            health.returned(rejected(ErrorClass.PERMANENT_CONFIG), now);
        }
        assertThat(health.untilNext(now)).isEqualTo(30 * SECOND);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorClass.class,
            names = {"RETRYABLE", "THROTTLED"})
    void aProbeOfAPausedAccountThatProvesNothingIsNotFollowedByAnotherAtOnce(ErrorClass errorClass) {
        call(rejected(ErrorClass.PERMANENT_CONFIG));
        pass(30 * SECOND);
        call(rejected(errorClass));
        assertThat(health.state()).isEqualTo(State.PAUSED);
        assertThat(health.untilNext(now)).isGreaterThanOrEqualTo(30 * SECOND);
    }

    @Test
    void aProbeThatWasNotSentAfterAllLeavesRoomForAnother() {
        call(rejected(ErrorClass.PERMANENT_CONFIG));
        pass(30 * SECOND);
        health.departed(now);
        health.notSent();
        assertThat(health.untilNext(now)).isZero();
    }

    @Test
    void anOperatorsWordOpensTheLaneAtOnce() {
        call(rejected(ErrorClass.THROTTLED, Duration.ofMinutes(5)));
        call(rejected(ErrorClass.PERMANENT_CONFIG));
        health.reset();
        assertThat(health.state()).isEqualTo(State.CLOSED);
        assertThat(health.untilNext(now)).isZero();
        assertThat(health.adaptive()).isInfinite();
        assertThat(health.reason()).isNull();
    }

    @Test
    void aProviderThatAsksForTimeIsLeftAloneForThatLong() {
        call(rejected(ErrorClass.THROTTLED, Duration.ofSeconds(7)));
        assertThat(health.state()).isEqualTo(State.CLOSED);
        assertThat(health.untilNext(now)).isEqualTo(7 * SECOND);
        call(rejected(ErrorClass.THROTTLED, Duration.ofSeconds(1)));
        assertThat(health.untilNext(now))
                .as("a shorter word does not shorten it")
                .isEqualTo(7 * SECOND);
        pass(7 * SECOND);
        assertThat(health.untilNext(now)).isZero();
    }

    @Test
    void aRefusalForTheRateSlowsToLessThanWhatWentThrough() {
        accept(100, 2);
        call(rejected(ErrorClass.THROTTLED));
        assertThat(health.adaptive()).isBetween(70.0, 90.0);
    }

    /** So many a second for so many seconds. */
    private void accept(int perSecond, int seconds) {
        for (int i = 0; i < perSecond * seconds; i++) {
            call(ACCEPTED);
            pass(SECOND / perSecond);
        }
    }

    @Test
    void refusalsOfOneSecondSlowItOnce() {
        accept(100, 2);
        call(rejected(ErrorClass.THROTTLED));
        double slowed = health.adaptive();
        for (int i = 0; i < 200; i++) {
            call(rejected(ErrorClass.THROTTLED));
        }
        assertThat(health.adaptive()).isEqualTo(slowed);
        pass(SECOND);
        call(rejected(ErrorClass.THROTTLED));
        assertThat(health.adaptive()).isLessThan(slowed);
    }

    @Test
    void withoutRefusalsItGetsFasterBitByBitUpToTheLimitAndThenHasNoRateOfItsOwn() {
        accept(100, 2);
        call(rejected(ErrorClass.THROTTLED));
        assertThat(health.recover(now, 100)).as("not in the same second").isEqualTo(health.adaptive());
        double before = health.adaptive();
        int seconds = 0;
        while (!Double.isInfinite(health.adaptive())) {
            pass(SECOND);
            double after = health.recover(now, 100);
            assertThat(after).isGreaterThan(before);
            if (!Double.isInfinite(after)) {
                assertThat(after).isLessThanOrEqualTo(before * 1.06 + 1);
            }
            before = after;
            assertThat(++seconds).isLessThan(10);
        }
    }

    @Test
    void itIsNeverSlowedToNothing() {
        for (int i = 0; i < 100; i++) {
            call(rejected(ErrorClass.THROTTLED));
            pass(2 * SECOND);
        }
        assertThat(health.adaptive()).isEqualTo(1);
    }

    /** Whatever comes back and whenever: it always lets a call through again within a bounded time. */
    @Property(tries = 500)
    void itNeverStaysShutForGood(@ForAll @Size(max = 80) List<@IntRange(max = 1023) Integer> steps) {
        LaneHealth any = new LaneHealth(SETTINGS);
        long time = -3 * SECOND;
        int out = 0;
        for (int step : steps) {
            time += step * 20_000_000L;
            if (step % 2 == 0 && any.untilNext(time) == 0) {
                any.departed(time);
                out++;
            } else if (out > 0) {
                out--;
                if (step % 7 == 0) {
                    any.notSent();
                } else {
                    any.returned(result(step / 2 % 12), time);
                }
            }
        }
        for (; out > 0; out--) {
            any.returned(UNKNOWN, time);
        }
        assertThat(any.untilNext(time + 300 * SECOND)).isZero();
    }

    private static SendResult result(int which) {
        ErrorClass[] classes = ErrorClass.values();
        return which < classes.length
                ? rejected(classes[which], which % 2 == 0 ? Duration.ofSeconds(which) : null)
                : which % 2 == 0 ? ACCEPTED : UNKNOWN;
    }
}
