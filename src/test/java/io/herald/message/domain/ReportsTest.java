package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static io.herald.support.Envelopes.WHATSAPP;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports in order, out of order, twice, early and late. */
class ReportsTest {
    private static Story sent() {
        return Story.sending(RCS, SMS).accepted();
    }

    /** RCS fell silent, SMS waits for its lane. */
    private static Story fellBack() {
        return sent().after(Duration.ofSeconds(60)).wakes();
    }

    @Test
    void deliveredThenRead() {
        Story story = sent().reported(Kind.DELIVERED);
        assertThat(story.decided()).containsExactly(new MessageEvent.Delivered(T0, 1));
        assertThat(story.state().isDelivered()).isTrue();
        assertThat(story.state().isRead()).isFalse();
        story.reported(Kind.READ);
        assertThat(story.decided()).containsExactly(new MessageEvent.Read(T0, 1));
        assertThat(story.status()).isEqualTo(Status.READ);
        assertThat(story.state().isRead()).isTrue();
    }

    @Test
    void readWithoutDelivered() {
        Story story = sent().reported(Kind.READ);
        assertThat(story.status()).isEqualTo(Status.READ);
        assertThat(story.state().isDelivered()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothingTakesBackThatItWasRead(Kind kind) {
        sent().reported(Kind.READ).ignores(Story.report(1, kind));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ACCEPTED", "SENT", "UNDELIVERED", "DELIVERED"})
    void onlyReadAddsToDelivered(Kind kind) {
        sent().reported(Kind.DELIVERED).ignores(Story.report(1, kind));
    }

    @Test
    void aRepeatedUndeliveredReportChangesNothing() {
        Story story = sent().reported(Kind.UNDELIVERED);
        story.ignores(Story.report(1, Kind.UNDELIVERED));
        story.start().ignores(Story.report(1, Kind.UNDELIVERED));
    }

    @Test
    void aReportThatOvertakesTheAnswerSaysFirstThatItWasAccepted() {
        Story story = Story.sending(RCS, SMS).reported(Kind.DELIVERED);
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.AttemptAccepted(T0, 1, "id-1", "report", T0.plusSeconds(60)),
                        new MessageEvent.Delivered(T0, 1));
        story.ignores(new MessageCommand.RecordResult(1, new SendResult.Accepted("id-1")));
        story.ignores(new MessageCommand.RecordResult(1, new SendResult.Unknown("timeout", "")));
        assertThat(Story.sending(RCS, SMS).reported(Kind.UNDELIVERED).status()).isEqualTo(Status.QUEUED);
        assertThat(Story.sending(SMS).reported(Kind.UNDELIVERED).status()).isEqualTo(Status.FAILED);
        assertThat(Story.sending(SMS).reported(Kind.ACCEPTED).status()).isEqualTo(Status.SENT);
    }

    @Test
    void aReportFindsItsAttemptByTheProvidersId() {
        Story story = sent().does(byId("id-1", Kind.DELIVERED));
        assertThat(story.status()).isEqualTo(Status.DELIVERED);
    }

    @Test
    void aReportOnNoAttemptOfThisMessageIsRefused() {
        assertThat(sent().refusal(byId("someone-elses", Kind.DELIVERED))).isEqualTo(Rejection.Code.NOT_FOUND);
        assertThat(Story.sending(SMS).refusal(byId("id-1", Kind.DELIVERED))).isEqualTo(Rejection.Code.NOT_FOUND);
        assertThat(sent().refusal(Story.report(2, Kind.DELIVERED))).isEqualTo(Rejection.Code.NOT_FOUND);
        assertThat(Story.queued(SMS).refusal(Story.report(1, Kind.READ))).isEqualTo(Rejection.Code.NOT_FOUND);
    }

    private static MessageCommand byId(String id, Kind kind) {
        return new MessageCommand.RecordReport(new DeliveryReport(kind, 0, id, null, "", ""));
    }

    @Test
    void aLateArrivalCountsWhileTheNextAttemptHasNotBegun() {
        Story queued = fellBack().does(Story.report(1, Kind.DELIVERED));
        assertThat(queued.decided()).containsExactly(new MessageEvent.Delivered(queued.now(), 1));
        assertThat(queued.status()).isEqualTo(Status.DELIVERED);
        assertThat(queued.state().due()).isNull();
        assertThat(fellBack().does(Story.report(1, Kind.READ)).status()).isEqualTo(Status.READ);
        Story retrying = fellBack().start().rejected(ErrorClass.RETRYABLE);
        assertThat(retrying.does(Story.report(1, Kind.DELIVERED)).status()).isEqualTo(Status.DELIVERED);
        assertThat(Story.sending(SMS)
                        .rejected(ErrorClass.RETRYABLE)
                        .reported(Kind.READ)
                        .status())
                .isEqualTo(Status.READ);
    }

    @Test
    void onceTheFallbackIsSentALateArrivalIsRecordedAndChangesNothingElse() {
        Story story = fellBack().start().accepted();
        Message before = story.state();
        story.does(Story.report(1, Kind.DELIVERED));
        assertThat(story.decided())
                .containsExactly(new MessageEvent.LateReceipt(story.now(), 1, Kind.DELIVERED, null, null));
        assertThat(story.status()).isEqualTo(Status.SENT);
        assertThat(story.state().due()).isEqualTo(before.due());
        assertThat(story.state().isDelivered()).isTrue();
        story.ignores(Story.report(1, Kind.DELIVERED));
        assertThat(story.does(Story.report(1, Kind.READ)).decided())
                .containsExactly(new MessageEvent.LateReceipt(story.now(), 1, Kind.READ, null, null));
    }

    @Test
    void thatAGivenUpAttemptDidNotArriveDoesNotDisturbTheNextOne() {
        Story story = fellBack().does(Story.undelivered(1, ErrorClass.PERMANENT_RECIPIENT));
        assertThat(story.decided())
                .containsExactly(new MessageEvent.LateReceipt(
                        story.now(), 1, Kind.UNDELIVERED, null, ErrorClass.PERMANENT_RECIPIENT));
        assertThat(story.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aLateReceiptTellsTheProvidersIdWhereItWasNotKnown() {
        Story story = Story.sending(RCS, SMS).rejected(ErrorClass.CHANNEL_UNAVAILABLE);
        story.does(Story.undelivered(1, ErrorClass.EXPIRED));
        assertThat(story.decided())
                .containsExactly(new MessageEvent.LateReceipt(T0, 1, Kind.UNDELIVERED, "id-1", ErrorClass.EXPIRED));
        assertThat(story.state().attempt(1).providerMessageId()).isEqualTo("id-1");
    }

    @Test
    void thatAGivenUpAttemptIsUnderWayIsNoNews() {
        fellBack().ignores(Story.report(1, Kind.SENT)).ignores(Story.report(1, Kind.ACCEPTED));
    }

    @Test
    void aDeadLetterThatArrivedAfterAllStaysOneAndCountsAsDelivered() {
        Story story = Story.sending(SMS).accepted().reported(Kind.UNDELIVERED).reported(Kind.DELIVERED);
        assertThat(story.status()).isEqualTo(Status.FAILED);
        assertThat(story.state().isDelivered()).isTrue();
        assertThat(story.state().isUndelivered()).isFalse();
    }

    @Test
    void undeliveredIsWhatTheLastAttemptSays() {
        Story story = Story.sending(RCS, WHATSAPP, SMS)
                .accepted()
                .reported(Kind.UNDELIVERED)
                .start();
        assertThat(story.state().isUndelivered()).isFalse();
        assertThat(story.accepted().reported(Kind.UNDELIVERED).state().isUndelivered())
                .isTrue();
    }
}
