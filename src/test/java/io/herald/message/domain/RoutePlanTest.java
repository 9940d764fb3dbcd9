package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static io.herald.support.Envelopes.WHATSAPP;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When the plan goes on to its next route, and when it must not. */
class RoutePlanTest {
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final MessageCommand WAKE = new MessageCommand.Wake();

    private static MessageEvent fellBack(Instant at, int from, String reason) {
        return new MessageEvent.RouteFellBack(at, from, from + 1, reason, Story.NODE, at.plus(RULES.queueLease()));
    }

    @ParameterizedTest
    @EnumSource(names = {"PERMANENT_RECIPIENT", "PERMANENT_ROUTE", "CHANNEL_UNAVAILABLE", "EXPIRED"})
    void aRefusalForGoodFallsToTheNextRouteAtOnce(ErrorClass errorClass) {
        Story story = Story.sending(RCS, SMS).rejected(errorClass);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptRejected(T0, 1, errorClass, "code", "detail", null, true),
                        fellBack(T0, 0, errorClass.wire()));
        assertThat(story.status()).isEqualTo(Status.QUEUED);
        assertThat(story.state().channel()).isEqualTo(Channel.SMS);
        assertThat(story.start().state().attempt(2).start().account()).isEqualTo("sms-1");
    }

    @ParameterizedTest
    @EnumSource(names = {"PERMANENT_RECIPIENT", "PERMANENT_ROUTE", "CHANNEL_UNAVAILABLE"})
    void onTheLastRouteARefusalForGoodIsADeadLetter(ErrorClass errorClass) {
        Story story = Story.sending(SMS).rejected(errorClass);
        assertThat(story.decided()).last().isEqualTo(new MessageEvent.Failed(T0, errorClass, "code", "detail"));
        assertThat(story.status()).isEqualTo(Status.FAILED);
    }

    @Test
    void onTheLastRouteValidityEndedAtTheProviderExpiresTheMessage() {
        assertThat(Story.sending(SMS).rejected(ErrorClass.EXPIRED).status()).isEqualTo(Status.EXPIRED);
    }

    @Test
    void aMisconfiguredAccountIsLeftForTheNextRouteWithoutCounting() {
        Story story = Story.sending(RCS, SMS).rejected(ErrorClass.PERMANENT_CONFIG);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptRejected(
                                T0, 1, ErrorClass.PERMANENT_CONFIG, "code", "detail", null, false),
                        fellBack(T0, 0, "permanent_config"));
    }

    @Test
    void exhaustedRetriesFallToTheNextRouteWhichHasAttemptsOfItsOwn() {
        Story story = Story.sending(RCS, SMS).rejected(ErrorClass.RETRYABLE);
        story.at(story.dueAt()).start().rejected(ErrorClass.RETRYABLE);
        story.at(story.dueAt()).start().rejected(ErrorClass.RETRYABLE);
        assertThat(story.decided()).last().isEqualTo(fellBack(story.now(), 0, "retries_exhausted"));
        assertThat(story.state().tries()).isZero();
        assertThat(story.start().rejected(ErrorClass.RETRYABLE).status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void anUndeliveredReportFallsToTheNextRoute() {
        Story story = Story.sending(RCS, SMS).accepted().does(Story.undelivered(1, ErrorClass.PERMANENT_RECIPIENT));
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.Undelivered(T0, 1, ErrorClass.PERMANENT_RECIPIENT, "code", "detail"),
                        fellBack(T0, 0, "undelivered"));
        assertThat(story.state().fallbacks()).isEqualTo(1);
    }

    @Test
    void anUndeliveredReportWithoutAReasonFallsToTheNextRouteToo() {
        Story story = Story.sending(RCS, SMS).accepted().reported(Kind.UNDELIVERED);
        assertThat(story.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void anUndeliveredReportOnTheLastRouteMovesTheMessageFromAcceptedToFailed() {
        Story story = Story.sending(SMS).accepted().reported(Kind.UNDELIVERED);
        assertThat(story.status()).isEqualTo(Status.FAILED);
        assertThat(story.state().isUndelivered()).isTrue();
        assertThat(story.state().failure()).isNotNull();
    }

    @Test
    void anUndeliveredReportAboutTheContentIsADeadLetterOnAnyRoute() {
        Story story = Story.sending(RCS, SMS).accepted().does(Story.undelivered(1, ErrorClass.PERMANENT_CONTENT));
        assertThat(story.status()).isEqualTo(Status.FAILED);
    }

    @Test
    void contentThatNobodyTakesIsADeadLetterOnAnyRoute() {
        assertThat(Story.sending(RCS, SMS)
                        .rejected(ErrorClass.PERMANENT_CONTENT)
                        .status())
                .isEqualTo(Status.FAILED);
    }

    @Test
    void anOptOutSuppressesOnAnyRouteAndByAnyWay() {
        Story refused = Story.sending(RCS, SMS).rejected(ErrorClass.OPTED_OUT);
        assertThat(refused.decided()).last().isEqualTo(new MessageEvent.Suppressed(T0, "opted_out"));
        Story reported = Story.sending(RCS, SMS).accepted().does(Story.undelivered(1, ErrorClass.OPTED_OUT));
        assertThat(reported.decided()).last().isEqualTo(new MessageEvent.Suppressed(T0, "opted_out"));
        assertThat(reported.refusal(new MessageCommand.Start(null, Story.NO_WAIT, "none")))
                .isNotNull();
    }

    @Test
    void silenceLongerThanTheRoutesTtlFallsToTheNextRoute() {
        Story story = Story.sending(RCS, SMS).accepted();
        assertThat(story.dueAt()).isEqualTo(T0.plus(TTL));
        story.at(T0.plus(TTL).minusMillis(1)).ignores(WAKE);
        story.at(T0.plus(TTL)).wakes();
        assertThat(story.decided()).containsExactly(fellBack(T0.plus(TTL), 0, "ttl"));
    }

    @Test
    void aReportEndsTheWaitForTheTtl() {
        Story story = Story.sending(RCS, SMS).accepted().reported(Kind.DELIVERED);
        assertThat(story.state().due()).isNull();
        story.after(TTL).ignores(WAKE);
    }

    @Test
    void thatTheProviderHandedItOnDoesNotEndTheWaitForTheTtl() {
        Story story = Story.sending(RCS, SMS).accepted().ignores(Story.report(1, Kind.SENT));
        assertThat(story.after(TTL).wakes().status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aRouteWithoutTtlNeverFallsOnSilence() {
        Story story = Story.sending(WHATSAPP, SMS).accepted();
        assertThat(story.dueAt()).isEqualTo(T0.plus(RULES.reportPatience()));
        story.at(story.dueAt()).wakes();
        assertThat(story.decided()).containsExactly(new MessageEvent.Settled(story.now(), "no_report"));
        assertThat(story.status()).isEqualTo(Status.SENT);
        assertThat(story.state().isSettled()).isTrue();
    }

    @Test
    void onTheLastRouteAcceptanceSettles() {
        Envelope.Step last = new Envelope.Step(Channel.SMS, "sms-1", 60);
        Story story = Story.sending(last).accepted();
        assertThat(story.state().due()).isNull();
        assertThat(story.state().isSettled()).isTrue();
        story.after(TTL).ignores(WAKE);
    }

    @Test
    void whileAFallbackIsPossibleAcceptanceDoesNotSettle() {
        assertThat(Story.sending(RCS, SMS).accepted().state().isSettled()).isFalse();
    }

    @Test
    void anExpiredMessageDoesNotFallBack() {
        Instant end = T0.plus(Duration.ofDays(3));
        assertThat(Story.sending(RCS, SMS)
                        .at(end)
                        .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                        .status())
                .isEqualTo(Status.FAILED);
        Story late = Story.sending(RCS, SMS).at(end.minusSeconds(1)).accepted();
        assertThat(late.at(late.dueAt()).wakes().decided())
                .containsExactly(new MessageEvent.Settled(late.now(), "no_report"));
    }

    @Test
    void whatIsSettledDoesNotFallBackWhateverIsReportedLater() {
        Story story = Story.sending(RCS, SMS).accepted().does(new MessageCommand.Cancel("campaign_cancelled"));
        assertThat(story.decided()).containsExactly(new MessageEvent.Settled(T0, "campaign_cancelled"));
        story.does(Story.undelivered(1, ErrorClass.CHANNEL_UNAVAILABLE));
        assertThat(story.status()).isEqualTo(Status.FAILED);
        Story silent = Story.sending(WHATSAPP, SMS).accepted();
        silent.at(silent.dueAt()).wakes().reported(Kind.UNDELIVERED);
        assertThat(silent.status()).isEqualTo(Status.FAILED);
    }

    @Test
    void threeRoutesAreTakenInTheirOrder() {
        Story story = Story.sending(RCS, WHATSAPP, SMS)
                .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                .start()
                .accepted()
                .reported(Kind.UNDELIVERED)
                .start()
                .accepted()
                .reported(Kind.DELIVERED);
        assertThat(story.state().attempts().stream().map(a -> a.start().channel()))
                .containsExactly(Channel.RCS, Channel.WHATSAPP, Channel.SMS);
        assertThat(story.state().fallbacks()).isEqualTo(2);
        assertThat(story.status()).isEqualTo(Status.DELIVERED);
    }
}
