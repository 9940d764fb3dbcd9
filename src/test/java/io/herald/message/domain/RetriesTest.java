package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.ErrorClass;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** When the same route is tried again. */
class RetriesTest {
    private static final MessageCommand START = new MessageCommand.Start(null, Story.NO_WAIT, "none");

    @Property(tries = 300)
    void theBackoffIsAnywhereBelowItsDoublingBound(
            @ForAll @IntRange(min = 1, max = 200) int tries,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double chance) {
        Duration wait = RULES.backoff(tries, null, chance);
        long bound = Math.min(
                RULES.backoffCap().toMillis(), RULES.backoffBase().toMillis() * (1L << Math.min(tries - 1, 20)));
        assertThat(wait.toMillis()).isBetween(0L, bound);
        assertThat(wait.toMillis()).isEqualTo((long) (bound * chance));
    }

    @Test
    void theJitterIsFull() {
        assertThat(RULES.backoff(5, null, 0)).isZero();
        assertThat(RULES.backoff(1, null, 0.999)).isEqualTo(Duration.ofMillis(999));
        assertThat(RULES.backoff(2, null, 0.999)).isEqualTo(Duration.ofMillis(1998));
        assertThat(RULES.backoff(3, null, 0.5)).isEqualTo(Duration.ofSeconds(2));
        assertThat(RULES.backoff(100, null, 0.5)).isEqualTo(RULES.backoffCap().dividedBy(2));
    }

    @Test
    void aProviderThatNamedATimeIsLeftAloneUntilThen() {
        assertThat(RULES.backoff(1, Duration.ofSeconds(30), 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(RULES.backoff(1, Duration.ofSeconds(30), 0.5)).isEqualTo(Duration.ofMillis(30_500));
    }

    @Test
    void atLeastOneAttemptIsMade() {
        assertThatThrownBy(() -> new Rules(
                        0,
                        RULES.backoffBase(),
                        RULES.backoffCap(),
                        RULES.configPark(),
                        RULES.queueLease(),
                        RULES.attemptLease(),
                        RULES.reportPatience(),
                        RULES.resolveDelay(),
                        RULES.resolvePatience()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTransientRefusalIsTriedAgainAfterItsBackoff() {
        Story story = Story.sending(SMS).rejected(ErrorClass.RETRYABLE);
        Instant retryAt = T0.plusMillis(500);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptRejected(T0, 1, ErrorClass.RETRYABLE, "code", "detail", retryAt, true));
        assertThat(story.status()).isEqualTo(Status.RETRYING);
        assertThat(story.state().due()).isEqualTo(new Message.Due(retryAt, null));
        assertThat(story.after(Duration.ofMillis(499)).refusal(START)).isEqualTo(Rejection.Code.WRONG_STATE);
        assertThat(story.at(retryAt).start().status()).isEqualTo(Status.SENDING);
    }

    @Test
    void theBackoffDoublesWithEveryCountedAttempt() {
        Story story = Story.sending(SMS).rejected(ErrorClass.RETRYABLE);
        assertThat(Duration.between(story.now(), story.dueAt())).isEqualTo(Duration.ofMillis(500));
        story.at(story.dueAt()).start().rejected(ErrorClass.RETRYABLE);
        assertThat(Duration.between(story.now(), story.dueAt())).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theLastAttemptOfTheLastRouteIsFollowedByTheDeadLetterBox() {
        Story story = Story.sending(SMS).rejected(ErrorClass.RETRYABLE);
        story.at(story.dueAt()).start().rejected(ErrorClass.RETRYABLE);
        story.at(story.dueAt()).start().rejected(ErrorClass.RETRYABLE);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptRejected(
                                story.now(), 3, ErrorClass.RETRYABLE, "code", "detail", null, true),
                        new MessageEvent.Failed(story.now(), ErrorClass.RETRYABLE, "code", "detail"));
        assertThat(story.status()).isEqualTo(Status.FAILED);
        assertThat(story.state().failure()).isEqualTo(new Message.Failure(ErrorClass.RETRYABLE, "code", "detail"));
    }

    @Test
    void throttledAttemptsDoNotCount() {
        Story story = Story.sending(SMS);
        for (int i = 0; i < 10; i++) {
            story.rejected(ErrorClass.THROTTLED, Duration.ofSeconds(2));
            assertThat(story.status()).isEqualTo(Status.RETRYING);
            assertThat(Duration.between(story.now(), story.dueAt())).isEqualTo(Duration.ofMillis(2500));
            story.at(story.dueAt()).start();
        }
        assertThat(story.state().tries()).isZero();
        assertThat(story.attempts()).isEqualTo(11);
        assertThat(story.rejected(ErrorClass.RETRYABLE).status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void aMessageWhoseOnlyAccountIsMisconfiguredWaits() {
        Story story = Story.sending(SMS);
        for (int i = 0; i < 5; i++) {
            story.rejected(ErrorClass.PERMANENT_CONFIG);
            assertThat(story.status()).isEqualTo(Status.RETRYING);
            assertThat(story.dueAt()).isEqualTo(story.now().plus(RULES.configPark()));
            story.at(story.dueAt()).start();
        }
        assertThat(story.state().tries()).isZero();
    }

    @Test
    void everyAttemptOfARouteCarriesTheSameKeyAndTheNextRouteAnother() {
        Story story = Story.sending(RCS, SMS).rejected(ErrorClass.RETRYABLE);
        story.at(story.dueAt()).start().rejected(ErrorClass.PERMANENT_RECIPIENT).start();
        assertThat(story.state().attempts().stream().map(a -> a.start().idempotencyKey()))
                .containsExactly("c1-7/0", "c1-7/0", "c1-7/1");
    }

    @Test
    void aRetryThatComesAfterTheExpiryIsNotMade() {
        Story story = Story.sending(SMS)
                .at(T0.plus(Duration.ofDays(3)).minusMillis(1))
                .rejected(ErrorClass.RETRYABLE);
        assertThat(story.at(story.dueAt()).start().status()).isEqualTo(Status.EXPIRED);
    }

    @Test
    void anAnswerIsTakenOnce() {
        Story story = Story.sending(SMS).accepted();
        story.ignores(new MessageCommand.RecordResult(1, new SendResult.Accepted("id-1")));
        story.ignores(new MessageCommand.RecordResult(1, new SendResult.Unknown("timeout", "")));
        story.ignores(new MessageCommand.RecordResult(
                1, new SendResult.Rejected(ErrorClass.RETRYABLE, "code", "detail", null)));
    }

    @Test
    void anAnswerToAnAttemptThatWasNeverMadeIsRefused() {
        Story story = Story.sending(SMS);
        for (int number : new int[] {-1, 0, 2}) {
            assertThat(story.refusal(new MessageCommand.RecordResult(number, new SendResult.Accepted("id"))))
                    .isEqualTo(Rejection.Code.NOT_FOUND);
        }
    }
}
