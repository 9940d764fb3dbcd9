package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Message.Attempt;
import io.herald.support.Envelopes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of an attempt of which nobody can tell whether it was accepted. */
class UnknownOutcomesTest {
    private static final Instant LATER = T0.plusSeconds(10);
    private static final Envelope LOSS = Envelopes.of(UnknownPolicy.PREFER_LOSS, RCS, SMS);

    private static Story unknown(Envelope.Step... route) {
        return Story.sending(route).unknown().at(LATER);
    }

    private static MessageEvent resolved(String outcome, String by, @Nullable Instant retryAt) {
        return new MessageEvent.AttemptResolved(LATER, 1, outcome, by, null, retryAt, null);
    }

    @Test
    void anAnswerThatNeverCameMakesTheMessageUnknown() {
        Story story = Story.sending(SMS).unknown();
        Instant lookAt = T0.plus(RULES.resolveDelay());
        assertThat(story.decided())
                .containsExactly(new MessageEvent.AttemptUnknown(T0, 1, "timeout", "no answer", lookAt));
        assertThat(story.status()).isEqualTo(Status.UNKNOWN);
        assertThat(story.state().due()).isEqualTo(new Message.Due(lookAt, null));
        assertThat(story.state().isSettled()).isFalse();
    }

    @Test
    void anAttemptOfADeadProcessIsUnknownNeitherFailedNorSent() {
        Story story = Story.sending(SMS).does(new MessageCommand.Interrupted(1));
        assertThat(story.status()).isEqualTo(Status.UNKNOWN);
        assertThat(story.decided()).hasSize(1).first().isInstanceOf(MessageEvent.AttemptUnknown.class);
        story.ignores(new MessageCommand.Interrupted(1));
    }

    @Test
    void onlyTheAttemptUnderWayCanBeInterrupted() {
        Story.sending(SMS).accepted().ignores(new MessageCommand.Interrupted(1));
        Story second = Story.sending(SMS).rejected(ErrorClass.RETRYABLE);
        second.at(second.dueAt()).start().ignores(new MessageCommand.Interrupted(1));
    }

    @Test
    void theAnswerOfAProcessThatLivesAfterAllIsTaken() {
        Story story = Story.sending(RCS, SMS)
                .does(new MessageCommand.Interrupted(1))
                .at(LATER)
                .accepted();
        assertThat(story.decided())
                .containsExactly(new MessageEvent.AttemptResolved(
                        LATER, 1, "accepted", "answer", "id-1", null, LATER.plusSeconds(60)));
        assertThat(story.status()).isEqualTo(Status.SENT);
    }

    @Test
    void aLateRefusalResolvesAndIsActedUpon() {
        Story story = unknown(RCS, SMS).rejected(ErrorClass.RETRYABLE);
        assertThat(story.decided()).first().isEqualTo(resolved("rejected", "answer", null));
        assertThat(story.status()).isEqualTo(Status.RETRYING);
        assertThat(unknown(RCS, SMS).rejected(ErrorClass.CHANNEL_UNAVAILABLE).status())
                .isEqualTo(Status.QUEUED);
        assertThat(unknown(SMS).rejected(ErrorClass.PERMANENT_RECIPIENT).status())
                .isEqualTo(Status.FAILED);
        assertThat(unknown(SMS).rejected(ErrorClass.EXPIRED).status()).isEqualTo(Status.EXPIRED);
        assertThat(unknown(SMS).rejected(ErrorClass.OPTED_OUT).status()).isEqualTo(Status.SUPPRESSED);
    }

    @Test
    void thatItIsStillUnknownIsNoNews() {
        unknown(SMS).ignores(new MessageCommand.RecordResult(1, new SendResult.Unknown("timeout", "")));
    }

    @Test
    void aReportResolves() {
        Story story = unknown(RCS, SMS).reported(Kind.DELIVERED);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptResolved(
                                LATER, 1, "accepted", "report", "id-1", null, LATER.plusSeconds(60)),
                        new MessageEvent.Delivered(LATER, 1));
        assertThat(story.status()).isEqualTo(Status.DELIVERED);
        assertThat(unknown(RCS, SMS).reported(Kind.SENT).status()).isEqualTo(Status.SENT);
        assertThat(unknown(RCS, SMS).reported(Kind.UNDELIVERED).status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aProviderThatHasItResolves() {
        Story story = unknown(RCS, SMS).resolved(new LookUp.Found("id-9", null));
        assertThat(story.decided())
                .containsExactly(new MessageEvent.AttemptResolved(
                        LATER, 1, "accepted", "look_up", "id-9", null, LATER.plusSeconds(60)));
        assertThat(story.state().attempt(1).providerMessageId()).isEqualTo("id-9");
        assertThat(unknown(RCS, SMS)
                        .resolved(new LookUp.Found("id-9", Kind.DELIVERED))
                        .status())
                .isEqualTo(Status.DELIVERED);
        assertThat(unknown(SMS)
                        .resolved(new LookUp.Found("id-9", Kind.UNDELIVERED))
                        .status())
                .isEqualTo(Status.FAILED);
    }

    @Test
    void whatTheProviderNeverHadIsSentAgainUnderEitherPolicy() {
        for (UnknownPolicy policy : UnknownPolicy.values()) {
            Story story =
                    Story.sending(Envelopes.of(policy, SMS)).unknown().at(LATER).resolved(new LookUp.Absent());
            assertThat(story.decided()).containsExactly(resolved("not_accepted", "look_up", LATER.plusMillis(500)));
            assertThat(story.status()).isEqualTo(Status.RETRYING);
            assertThat(story.state().tries()).isEqualTo(1);
            assertThat(story.state().attempt(1).outcome()).isEqualTo(Attempt.Outcome.REJECTED);
        }
    }

    @Test
    void aProviderThatCannotBeAskedNowIsAskedAgainUntilPatienceEnds() {
        Story story = Story.sending(SMS).unknown();
        MessageCommand away = new MessageCommand.Resolve(1, new LookUp.Unavailable());
        story.at(T0.plus(RULES.resolvePatience()).minusMillis(1)).ignores(away);
        assertThat(story.state().due()).isNotNull();
        assertThat(story.at(T0.plus(RULES.resolvePatience())).does(away).status())
                .isEqualTo(Status.RETRYING);
    }

    @Test
    void aReceiptBeforeItIsSentAgainNamesWhatItIsOf() {
        Story story = unknown(SMS).resolved(new LookUp.NotSupported()).reported(DeliveryReport.Kind.DELIVERED);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.LateReceipt(story.now(), 1, DeliveryReport.Kind.ACCEPTED, "id-1", null),
                        new MessageEvent.Delivered(story.now(), 1));
        assertThat(story.state().attempt(1).providerMessageId()).isEqualTo("id-1");
    }

    @Test
    void preferringADuplicateItIsSentAgain() {
        Story story = unknown(SMS).resolved(new LookUp.NotSupported());
        assertThat(story.decided()).containsExactly(resolved("sent_again", "policy", LATER.plusMillis(500)));
        assertThat(story.state().attempt(1).outcome()).isEqualTo(Attempt.Outcome.LEFT);
        assertThat(story.at(story.dueAt()).start().state().attempt(2).start().idempotencyKey())
                .isEqualTo(story.state().attempt(1).start().idempotencyKey());
    }

    @Test
    void preferringALossItIsLeftAndSettled() {
        Story story = Story.sending(LOSS).unknown().at(LATER).resolved(new LookUp.NotSupported());
        assertThat(story.decided()).containsExactly(resolved("left_unknown", "policy", null));
        assertThat(story.status()).isEqualTo(Status.UNKNOWN);
        assertThat(story.state().isSettled()).isTrue();
        story.ignores(new MessageCommand.Resolve(1, new LookUp.Absent()));
    }

    @Test
    void whatWasLeftUnknownStaysSettledWhateverIsHeardOfItLater() {
        assertThat(left().reported(Kind.DELIVERED).status()).isEqualTo(Status.DELIVERED);
        assertThat(left().accepted().state().isSettled()).isTrue();
        assertThat(left().reported(Kind.UNDELIVERED).status()).isEqualTo(Status.FAILED);
        assertThat(left().rejected(ErrorClass.OPTED_OUT).status()).isEqualTo(Status.SUPPRESSED);
        for (ErrorClass errorClass : ErrorClass.values()) {
            assertThat(left().rejected(errorClass).state().isSettled())
                    .as(errorClass.wire())
                    .isTrue();
        }
    }

    private static Story left() {
        return Story.sending(LOSS).unknown().at(LATER).resolved(new LookUp.NotSupported());
    }

    @Test
    void unknownOutcomesUseUpTheAttemptsOfTheRoute() {
        Story story = Story.sending(RCS, SMS).unknown().resolved(new LookUp.NotSupported());
        story.at(story.dueAt()).start().unknown().resolved(new LookUp.NotSupported());
        story.at(story.dueAt()).start().unknown().resolved(new LookUp.NotSupported());
        assertThat(story.decided())
                .last()
                .isEqualTo(new MessageEvent.RouteFellBack(
                        story.now(),
                        0,
                        1,
                        "retries_exhausted",
                        Story.NODE,
                        story.now().plus(RULES.queueLease())));
    }

    @Test
    void onTheLastRouteTheLastUnknownOutcomeStaysUnknownAndTheLastAbsentOneFails() {
        assertThat(thirdUnknown().resolved(new LookUp.NotSupported()).decided())
                .hasSize(1)
                .first()
                .extracting(e -> ((MessageEvent.AttemptResolved) e).outcome())
                .isEqualTo("left_unknown");
        assertThat(thirdUnknown().resolved(new LookUp.Absent()).status()).isEqualTo(Status.FAILED);
    }

    private static Story thirdUnknown() {
        Story story = Story.sending(SMS).unknown().resolved(new LookUp.NotSupported());
        story.at(story.dueAt()).start().unknown().resolved(new LookUp.NotSupported());
        return story.at(story.dueAt()).start().unknown();
    }

    @Test
    void onlyTheLastAttemptIsResolvedAndOnlyOnce() {
        Story story = unknown(SMS).resolved(new LookUp.NotSupported());
        story.ignores(new MessageCommand.Resolve(1, new LookUp.NotSupported()));
        story.after(Duration.ofSeconds(5)).start().unknown();
        story.ignores(new MessageCommand.Resolve(1, new LookUp.Absent()));
    }

    @Test
    void anAcceptanceOfAnAttemptThatWasSentAgainIsALateReceipt() {
        Story story = unknown(SMS).resolved(new LookUp.NotSupported()).after(Duration.ofSeconds(5));
        story.does(new MessageCommand.RecordResult(1, new SendResult.Accepted("id-1")));
        assertThat(story.decided())
                .containsExactly(new MessageEvent.LateReceipt(story.now(), 1, Kind.ACCEPTED, "id-1", null));
        assertThat(story.state().attempt(1).outcome()).isEqualTo(Attempt.Outcome.ACCEPTED);
        assertThat(story.status()).isEqualTo(Status.RETRYING);
        story.ignores(new MessageCommand.RecordResult(1, new SendResult.Accepted("id-1")));
    }

    @Test
    void cancelledItIsLeftUnknown() {
        Story story = unknown(RCS, SMS).does(new MessageCommand.Cancel("campaign_cancelled"));
        assertThat(story.decided()).containsExactly(resolved("left_unknown", "policy", null));
    }

    @Test
    void timeAloneChangesNothing() {
        unknown(SMS).after(Duration.ofDays(9)).ignores(new MessageCommand.Wake());
    }
}
