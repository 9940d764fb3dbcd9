package io.herald.message;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.Rejection;
import io.herald.kernel.SendResult;
import io.herald.message.MessageEntity.NotJournaled;
import io.herald.message.MessageEntity.Now;
import io.herald.message.MessageEntity.Obstacle;
import io.herald.message.MessageEntity.Refused;
import io.herald.message.MessageEntity.Started;
import io.herald.message.MessageRig.Subject;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.Status;
import io.herald.support.Envelopes;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MessageEntityTest {
    private static final MessageRig RIG = new MessageRig();
    private static final Envelope ENVELOPE = Envelopes.of(RCS, SMS);
    private static final SendResult ACCEPTED = new SendResult.Accepted("id-1");

    @AfterAll
    static void close() {
        RIG.close();
    }

    private static SendResult rejected(ErrorClass errorClass) {
        return new SendResult.Rejected(errorClass, "code", "detail", null);
    }

    /** Fed, and its first attempt under way. */
    private static Subject sending() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.dispatch.ticket();
        message.start();
        message.caller.expectMessageClass(Started.class);
        message.runner.expectMessageClass(Now.class);
        message.journaled();
        return message;
    }

    /** Fed, and its first attempt could not be journaled. */
    private static Subject refusedByTheJournal() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.dispatch.ticket();
        RIG.journal.failNextPersisted(message.persistenceId);
        message.start();
        message.caller.expectMessage(NotJournaled.YET);
        return message;
    }

    @Test
    void theHappyPathOfACampaignsMessageIsThreeRows() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        assertThat(message.dispatch.ticket().account()).isEqualTo("rcs-1");
        message.start();
        Started started = message.caller.expectMessageClass(Started.class);
        assertThat(started.request().attempt()).isEqualTo(1);
        assertThat(started.request().idempotencyKey()).isEqualTo("c1-7/0");
        message.answer(ACCEPTED);
        message.is(Status.SENT);
        message.report(Kind.DELIVERED);
        message.is(Status.DELIVERED);
        assertThat(message.journaled())
                .hasExactlyElementsOfTypes(
                        MessageEvent.Queued.class, MessageEvent.AttemptAccepted.class, MessageEvent.Delivered.class);
        message.leaves();
    }

    @Test
    void aFedMessageIsAcknowledgedWhenItsStartIsInTheJournalAndNotBefore() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.dispatch.ticket();
        message.runner.expectNoMessage(Duration.ofMillis(100));
        assertThat(message.journaled()).isEmpty();
        message.start();
        assertThat(message.runner.expectMessageClass(Now.class).status()).isEqualTo(Status.SENDING);
        assertThat(message.journaled()).hasSize(1);
    }

    @Test
    void fedAgainItIsAcknowledgedAndNothingIsAdded() {
        Subject message = sending();
        message.feed(null);
        assertThat(message.runner.expectMessageClass(Now.class).status()).isEqualTo(Status.SENDING);
        message.restart();
        message.feed(null);
        assertThat(message.runner.expectMessageClass(Now.class).status()).isEqualTo(Status.SENDING);
        assertThat(message.journaled()).isEmpty();
    }

    @Test
    void fedAgainBeforeItStartedItIsQueuedAgainAndStartsOnce() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.feed(null);
        assertThat(message.dispatch.ticket()).isEqualTo(message.dispatch.ticket());
        message.start();
        message.start();
        message.caller.expectMessageClass(Started.class);
        assertThat(message.caller.expectMessageClass(Refused.class).rejection().code())
                .isEqualTo(Rejection.Code.WRONG_STATE);
        assertThat(message.journaled()).hasSize(1);
    }

    @Test
    void aRecipientWithAnObstacleIsJournaledAndLeaves() {
        Subject suppressed = RIG.fresh(ENVELOPE);
        suppressed.feed(new Obstacle.Suppressed("opted_out"));
        assertThat(suppressed.runner.expectMessageClass(Now.class)).isEqualTo(new Now(Status.SUPPRESSED, true));
        suppressed.leaves();
        Subject failed = RIG.fresh(ENVELOPE);
        failed.feed(new Obstacle.Unrenderable("missing_variable", "no value for name"));
        assertThat(failed.runner.expectMessageClass(Now.class)).isEqualTo(new Now(Status.FAILED, true));
        failed.leaves();
        assertThat(failed.dispatch.hasTickets()).isFalse();
    }

    @Test
    void anOptOutReachesAMessageThatIsHeldForItsLane() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.dispatch.ticket();
        message.entity.tell(new MessageEntity.Suppress("opted_out", message.caller.getRef()));
        message.is(Status.SUPPRESSED);
        assertThat(message.runner.expectMessageClass(Now.class).status()).isEqualTo(Status.SUPPRESSED);
        message.start();
        assertThat(message.caller.expectMessageClass(Refused.class).rejection().code())
                .isEqualTo(Rejection.Code.WRONG_STATE);
    }

    @Test
    void aLaneThatHasGivenUpIsNotTakenAtItsWord() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.dispatch.ticket();
        message.start(T0.minusMillis(1));
        message.caller.expectMessageClass(Refused.class);
        assertThat(message.journaled()).isEmpty();
    }

    @Test
    void aStartThatCannotBeJournaledIsNeitherMadeNorAcknowledgedAndComesAgain() {
        Subject message = refusedByTheJournal();
        message.runner.expectMessageClass(Refused.class);
        message.feed(null);
        message.dispatch.ticket();
        message.start();
        message.caller.expectMessageClass(Started.class);
        message.runner.expectMessageClass(Now.class);
        assertThat(message.journaled()).hasSize(1);
    }

    @Test
    void anAnswerThatCannotBeJournaledIsTakenWhenItIsToldAgain() {
        Subject message = sending();
        RIG.journal.failNextPersisted(message.persistenceId);
        message.answer(ACCEPTED);
        message.caller.expectMessage(NotJournaled.YET);
        message.answer(ACCEPTED);
        message.is(Status.SENT);
        assertThat(message.journaled()).hasExactlyElementsOfTypes(MessageEvent.AttemptAccepted.class);
    }

    @Test
    void aSubmissionThatCannotBeJournaledIsNotAcknowledged() {
        Subject message = RIG.fresh(ENVELOPE);
        RIG.journal.failNextPersisted(message.persistenceId);
        message.submit(T0);
        message.caller.expectMessage(NotJournaled.YET);
        assertThat(message.dispatch.hasTickets()).isFalse();
        message.submit(T0);
        message.is(Status.QUEUED);
        assertThat(message.dispatch.ticket().messageId()).isEqualTo("c1-7");
    }

    @Test
    void aSubmissionWhoseSenderWasToldThatItCouldNotBeTakenIsNotTakenLater() {
        Subject message = RIG.fresh(ENVELOPE);
        message.submit(T0.minusMillis(1));
        message.caller.expectMessage(NotJournaled.YET);
        assertThat(message.journaled()).isEmpty();
        message.leaves();
    }

    @Test
    void aWithdrawalWhoseSenderWasToldThatItCouldNotBeIsNotMadeLater() {
        Subject message = RIG.fresh(ENVELOPE);
        message.submit(T0);
        message.is(Status.QUEUED);
        message.entity.tell(new MessageEntity.Withdraw("api", T0.minusMillis(1), message.caller.getRef()));
        message.caller.expectMessage(NotJournaled.YET);
        message.entity.tell(new MessageEntity.Withdraw("api", T0, message.caller.getRef()));
        message.is(Status.CANCELLED);
    }

    @Test
    void anAttemptThatWasJournaledThoughItSeemedNotToBeIsTakenBack() {
        Subject message = refusedByTheJournal();
        message.wasJournaledNevertheless();
        message.runner.expectMessageClass(Refused.class);
        Until.holds(
                "it is taken back",
                Duration.ofSeconds(5),
                () -> message.journaledInAll(MessageEvent.AttemptRejected.class) == 1);
        message.feed(null);
        assertThat(message.runner.expectMessageClass(Now.class).status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void itStaysForAReportThatMayComeSoonAndLeavesWhenNoneDoes() {
        Subject message = sending();
        message.answer(ACCEPTED);
        message.is(Status.SENT);
        message.leaves();
    }

    @Test
    void itStaysWhileItsAttemptIsUnderWay() {
        Subject message = sending();
        message.shard.expectNoMessage(Duration.ofMillis(900));
    }

    @Test
    void heldForItsLaneItStaysUntilItsRunnerMustHaveGoneAway() {
        Subject message = RIG.fresh(ENVELOPE);
        message.feed(null);
        message.shard.expectNoMessage(Duration.ofMillis(700));
        message.clock.forward(Duration.ofSeconds(31));
        message.leaves();
    }

    @Test
    void whatWaitsForItsRetryLeavesAndComesBackWhenItIsDue() {
        Subject message = sending();
        message.answer(rejected(ErrorClass.PERMANENT_CONTENT));
        message.is(Status.FAILED);
        message.leaves();
        Subject retrying = sending();
        retrying.answer(rejected(ErrorClass.THROTTLED));
        retrying.is(Status.RETRYING);
        retrying.clock.forward(RULES.backoffCap());
        retrying.restart();
        retrying.wake();
        retrying.is(Status.RETRYING);
        assertThat(retrying.dispatch.ticket().account()).isEqualTo("rcs-1");
    }

    @Test
    void whatAProviderSaysOfAnOptOutIsRecorded() {
        Subject refused = sending();
        refused.answer(rejected(ErrorClass.OPTED_OUT));
        refused.is(Status.SUPPRESSED);
        Until.holds(
                "the opt-out is recorded",
                Duration.ofSeconds(5),
                () -> refused.dispatch.optOuts().equals(List.of("t1 rcs +14155550007")));
    }

    @Test
    void whatALateReportSaysOfAnOptOutIsRecordedForTheChannelOfItsAttempt() {
        Subject fellBack = sending();
        fellBack.answer(rejected(ErrorClass.CHANNEL_UNAVAILABLE));
        fellBack.is(Status.QUEUED);
        assertThat(fellBack.dispatch.ticket().account()).isEqualTo("sms-1");
        fellBack.report(ErrorClass.OPTED_OUT);
        fellBack.is(Status.QUEUED);
        Until.holds(
                () -> "the opt-out is recorded: " + fellBack.dispatch.optOuts(),
                Duration.ofSeconds(5),
                () -> fellBack.dispatch.optOuts().equals(List.of("t1 rcs +14155550007")));
    }

    @Test
    void aMessageThatIsNotThereIsNotThere() {
        Subject message = RIG.fresh(ENVELOPE);
        message.wake();
        assertThat(message.caller.expectMessageClass(Refused.class).rejection().code())
                .isEqualTo(Rejection.Code.NOT_FOUND);
        message.leaves();
        message.entity.tell(new MessageEntity.Cancel("api", message.caller.getRef()));
        assertThat(message.caller.expectMessageClass(Refused.class).rejection().code())
                .isEqualTo(Rejection.Code.NOT_FOUND);
        message.shard.expectMessageClass(ClusterSharding.Passivate.class);
    }

    @Test
    void aDeadLetterIsSentAgainOnRequest() {
        Subject message = sending();
        message.answer(rejected(ErrorClass.PERMANENT_CONTENT));
        message.is(Status.FAILED);
        message.entity.tell(new MessageEntity.Replay(message.caller.getRef()));
        message.is(Status.QUEUED);
        assertThat(message.dispatch.ticket().account()).isEqualTo("rcs-1");
    }
}
