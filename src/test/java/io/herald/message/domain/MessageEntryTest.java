package io.herald.message.domain;

import static io.herald.support.Envelopes.LIFETIME;
import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.Channel;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.Rejection;
import io.herald.message.domain.Message.Due;
import io.herald.message.domain.MessageEvent.AttemptStart;
import io.herald.support.Envelopes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a message enters, waits, and ends without a provider. */
class MessageEntryTest {
    private static final Envelope ENVELOPE = Envelopes.of(RCS, SMS);
    private static final Instant LEASE = T0.plus(RULES.queueLease());
    private static final MessageEvent QUEUED =
            new MessageEvent.Queued(T0, ENVELOPE, "submitted", Story.NODE, LEASE, null);

    private static MessageCommand submit(Instant due) {
        return new MessageCommand.Submit(ENVELOPE, due);
    }

    @Test
    void submittedItIsQueuedAndHeldByItsNode() {
        Story story = Story.queued(ENVELOPE);
        assertThat(story.decided()).containsExactly(QUEUED);
        assertThat(story.state().due()).isEqualTo(new Due(LEASE, Story.NODE));
    }

    @Test
    void submittedForLaterItIsScheduledUntilItsTime() {
        Instant due = T0.plusSeconds(100);
        Story story = Story.of(ENVELOPE).does(submit(due));
        assertThat(story.decided()).containsExactly(new MessageEvent.Scheduled(T0, ENVELOPE, due));
        assertThat(story.state().due()).isEqualTo(new Due(due, null));
        story.after(Duration.ofMillis(99_999)).ignores(new MessageCommand.Wake());
        story.at(due).wakes();
        assertThat(story.decided())
                .containsExactly(
                        new MessageEvent.Queued(due, null, "due", Story.NODE, due.plus(RULES.queueLease()), null));
        assertThat(story.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void submittedForATimeThatHasComeItIsQueuedAtOnce() {
        assertThat(Story.of(ENVELOPE).does(submit(T0)).decided()).containsExactly(QUEUED);
    }

    @Test
    void scheduledBeyondItsExpiryItExpiresInsteadOfBeingQueued() {
        Instant due = ENVELOPE.expiresAt().plusSeconds(1);
        Story story = Story.of(ENVELOPE).does(submit(due)).at(due).wakes();
        assertThat(story.decided()).containsExactly(new MessageEvent.Expired(due));
    }

    @Test
    void theLeaseOfTheQueueEndsWithTheMessage() {
        Instant late = ENVELOPE.expiresAt().minusSeconds(1);
        Story story = Story.of(ENVELOPE).at(late).does(submit(late));
        assertThat(story.dueAt()).isEqualTo(ENVELOPE.expiresAt());
    }

    @Test
    void aFedMessageIsQueuedAndStartedInOneRow() {
        Story story =
                Story.of(ENVELOPE).does(new MessageCommand.Start(ENVELOPE, Map.of("campaign/c1", 12L), "opted_in"));
        AttemptStart start = new AttemptStart(
                1,
                0,
                Channel.RCS,
                "rcs-1",
                "c1-7/0",
                1,
                Story.NODE,
                T0.plus(RULES.attemptLease()),
                Map.of("campaign/c1", 12L),
                "opted_in");
        assertThat(story.decided())
                .containsExactly(new MessageEvent.Queued(T0, ENVELOPE, "submitted", Story.NODE, LEASE, start));
        assertThat(story.status()).isEqualTo(Status.SENDING);
        assertThat(story.state().due()).isEqualTo(new Due(start.until(), Story.NODE));
    }

    @Test
    void aMessageFedAfterItsExpiryNeverStarts() {
        Story story = Story.of(ENVELOPE).at(ENVELOPE.expiresAt()).start();
        assertThat(story.decided()).hasSize(2).last().isEqualTo(new MessageEvent.Expired(ENVELOPE.expiresAt()));
        assertThat(story.attempts()).isZero();
    }

    @Test
    void aRecipientThatIsNotToBeMessagedEntersSuppressed() {
        Story story = Story.of(ENVELOPE).does(new MessageCommand.EnterSuppressed(ENVELOPE, "opted_out"));
        assertThat(story.decided()).containsExactly(QUEUED, new MessageEvent.Suppressed(T0, "opted_out"));
        assertThat(story.state().due()).isNull();
    }

    @Test
    void aRecipientWhoseMessageCannotBeRenderedEntersFailed() {
        Story story = Story.of(ENVELOPE).does(new MessageCommand.EnterFailed(ENVELOPE, "missing_variable", "no name"));
        assertThat(story.decided())
                .containsExactly(
                        QUEUED,
                        new MessageEvent.Failed(T0, ErrorClass.PERMANENT_CONTENT, "missing_variable", "no name"));
    }

    @Test
    void enteringAgainChangesNothingWhateverHasHappenedSince() {
        List<MessageCommand> entries = List.of(
                submit(T0),
                submit(T0.plusSeconds(9)),
                new MessageCommand.EnterSuppressed(ENVELOPE, "opted_out"),
                new MessageCommand.EnterFailed(ENVELOPE, "x", "y"));
        for (MessageCommand entry : entries) {
            Story.queued(ENVELOPE).ignores(entry);
            Story.sending(ENVELOPE).ignores(entry);
            Story.sending(ENVELOPE).accepted().ignores(entry);
        }
    }

    @Test
    void aQueuedMessageIsStartedWhenALaneIsFree() {
        Story story = Story.queued(ENVELOPE).after(Duration.ofSeconds(3)).start();
        assertThat(story.decided()).hasSize(1).first().isInstanceOf(MessageEvent.AttemptStarted.class);
        assertThat(story.state().attempt(1).start().until())
                .isEqualTo(T0.plusSeconds(3).plus(RULES.attemptLease()));
    }

    @Test
    void theSegmentsOfAnAttemptAreThoseOfItsChannel() {
        assertThat(Story.sending(SMS).state().attempt(1).start().segments()).isEqualTo(2);
        assertThat(Story.sending(RCS).state().attempt(1).start().segments()).isEqualTo(1);
        assertThat(Story.sending(SMS).state().segments()).isZero();
        assertThat(Story.sending(SMS).accepted().state().segments()).isEqualTo(2);
    }

    @Test
    void noAttemptStartsAtOrAfterTheExpiry() {
        Story story = Story.queued(ENVELOPE).after(LIFETIME).start();
        assertThat(story.decided()).containsExactly(new MessageEvent.Expired(ENVELOPE.expiresAt()));
        assertThat(Story.queued(ENVELOPE)
                        .at(ENVELOPE.expiresAt().minusMillis(1))
                        .start()
                        .status())
                .isEqualTo(Status.SENDING);
    }

    @Test
    void whatWaitsExpiresWhenItIsWoken() {
        assertThat(Story.queued(ENVELOPE).after(LIFETIME).wakes().status()).isEqualTo(Status.EXPIRED);
        assertThat(Story.sending(ENVELOPE)
                        .rejected(ErrorClass.RETRYABLE)
                        .after(LIFETIME)
                        .wakes()
                        .status())
                .isEqualTo(Status.EXPIRED);
        Story.queued(ENVELOPE).after(RULES.queueLease()).ignores(new MessageCommand.Wake());
    }

    @Test
    void cancelledTwiceItIsCancelledOnce() {
        for (MessageCommand cancel : List.of(new MessageCommand.Cancel("api"), new MessageCommand.Withdraw("api"))) {
            Story story = Story.queued(ENVELOPE).does(cancel);
            assertThat(story.decided()).containsExactly(new MessageEvent.Cancelled(T0, "api"));
            story.ignores(cancel);
        }
    }

    @Test
    void onlyADeadLetterIsSentAgain() {
        assertThat(Story.queued(ENVELOPE).refusal(new MessageCommand.Replay())).isEqualTo(Rejection.Code.WRONG_STATE);
        Story story = Story.sending(RCS, SMS)
                .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                .start()
                .rejected(ErrorClass.PERMANENT_RECIPIENT);
        assertThat(story.status()).isEqualTo(Status.FAILED);
        story.does(new MessageCommand.Replay());
        assertThat(story.decided())
                .containsExactly(new MessageEvent.Queued(T0, null, "replayed", Story.NODE, LEASE, null));
    }

    @Test
    void sentAgainItBeginsAtTheFirstRouteUnderANewKey() {
        Story story = Story.sending(RCS, SMS)
                .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                .start()
                .rejected(ErrorClass.PERMANENT_RECIPIENT)
                .does(new MessageCommand.Replay())
                .start();
        AttemptStart third = story.state().attempt(3).start();
        assertThat(third.number()).isEqualTo(3);
        assertThat(third.route()).isZero();
        assertThat(third.idempotencyKey()).isEqualTo("c1-7/0/1");
        assertThat(story.state().tries()).isZero();
    }

    @Test
    void whatCouldNeverBeRenderedIsNotSentAgainWithoutItsText() {
        Story story = Story.of(ENVELOPE).does(new MessageCommand.EnterFailed(ENVELOPE, "missing_variable", "no name"));
        assertThat(story.refusal(new MessageCommand.Replay())).isEqualTo(Rejection.Code.WRONG_STATE);
    }

    @Test
    void aClockThatFallsBackDoesNotTakeTheJournalBackWithIt() {
        Story story = Story.queued(ENVELOPE).at(T0.minusSeconds(30)).start();
        assertThat(story.decided().getFirst().at()).isEqualTo(T0);
    }

    @Test
    void aMessageNeedsARoute() {
        assertThatThrownBy(Envelopes::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aChannelWithoutContentOfItsOwnShowsNothing() {
        Envelope.Step mail = new Envelope.Step(Channel.EMAIL, "mail-1", null);
        assertThat(Envelopes.of(mail).contentFor(mail).body()).isEmpty();
    }

    @Test
    void aJournalThatBeginsWithoutAnEnvelopeIsNoMessages() {
        assertThatThrownBy(() -> Message.evolve(null, new MessageEvent.Expired(T0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> Message.evolve(null, new MessageEvent.Queued(T0, null, "due", Story.NODE, LEASE, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
