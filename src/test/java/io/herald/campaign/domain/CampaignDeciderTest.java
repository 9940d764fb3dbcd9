package io.herald.campaign.domain;

import static io.herald.campaign.domain.CampaignStory.accepted;
import static io.herald.campaign.domain.CampaignStory.cancelled;
import static io.herald.campaign.domain.CampaignStory.completed;
import static io.herald.campaign.domain.CampaignStory.draft;
import static io.herald.campaign.domain.CampaignStory.failed;
import static io.herald.campaign.domain.CampaignStory.fed;
import static io.herald.campaign.domain.CampaignStory.nothing;
import static io.herald.campaign.domain.CampaignStory.paused;
import static io.herald.campaign.domain.CampaignStory.review;
import static io.herald.campaign.domain.CampaignStory.running;
import static io.herald.campaign.domain.CampaignStory.scheduled;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.campaign.domain.CampaignCommand.Advance;
import io.herald.campaign.domain.CampaignCommand.Cancel;
import io.herald.campaign.domain.CampaignCommand.ChangeRate;
import io.herald.campaign.domain.CampaignCommand.Create;
import io.herald.campaign.domain.CampaignCommand.Delete;
import io.herald.campaign.domain.CampaignCommand.Edit;
import io.herald.campaign.domain.CampaignCommand.Fail;
import io.herald.campaign.domain.CampaignCommand.FinishRetry;
import io.herald.campaign.domain.CampaignCommand.FixAudience;
import io.herald.campaign.domain.CampaignCommand.Pause;
import io.herald.campaign.domain.CampaignCommand.RemoveMessages;
import io.herald.campaign.domain.CampaignCommand.Resume;
import io.herald.campaign.domain.CampaignCommand.RetryFailed;
import io.herald.campaign.domain.CampaignCommand.Review;
import io.herald.campaign.domain.CampaignCommand.Schedule;
import io.herald.campaign.domain.CampaignCommand.Start;
import io.herald.campaign.domain.CampaignCommand.Wake;
import io.herald.kernel.Rejection.Code;
import io.herald.support.Definitions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CampaignDeciderTest {
    private static final Instant LATER = T0.plusSeconds(60);
    private static final Tally TALLY = new Tally(2, 0, 1, 0, 2);
    private static final RemoveMessages REMOVAL = new RemoveMessages(T0, TALLY);

    @Test
    void createdItIsADraftAndStartsNothing() {
        CampaignStory story = draft();
        assertThat(story.decided()).isEqualTo(new CampaignEvent.Created(T0, "t1", "c1", CampaignStory.DEFINITION));
        assertThat(story.status()).isEqualTo(Status.DRAFT);
        assertThat(story.state().isActive()).isFalse();
        story.ignores(new Create("t1", "c1", Definitions.named("again")));
    }

    @Test
    void beforeItsCreationThereIsNoSuchCampaign() {
        assertThat(nothing().refusal(new Start())).isEqualTo(Code.NOT_FOUND);
        assertThatThrownBy(() -> Campaign.evolve(null, new CampaignEvent.Started(T0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyADraftCanBeChanged() {
        Definition other = Definitions.named("summer");
        assertThat(draft().does(new Edit(other)).state().definition()).isEqualTo(other);
        for (CampaignStory story : List.of(scheduled(), running(), paused(), completed(), cancelled(), failed())) {
            assertThat(story.refusal(new Edit(other))).isEqualTo(Code.WRONG_STATE);
        }
    }

    @Test
    void scheduledItStartsWhenItsTimeComes() {
        CampaignStory story = scheduled();
        assertThat(story.state().isActive()).isTrue();
        story.at(LATER.minusMillis(1)).ignores(new Wake());
        assertThat(story.at(LATER).does(new Wake()).decided()).isEqualTo(new CampaignEvent.Started(LATER));
        assertThat(story.state().due()).isNull();
        assertThat(story.state().startedAt()).isEqualTo(LATER);
        story.ignores(new Wake());
    }

    @Test
    void itsScheduleCanBeMovedAndNamedByTheCampaignItself() {
        scheduled().ignores(new Schedule(LATER));
        assertThat(scheduled().does(new Schedule(LATER.plusSeconds(1))).state().due())
                .isEqualTo(LATER.plusSeconds(1));
        CampaignStory own = nothing().does(new Create("t1", "c1", Definitions.of("own", LATER)));
        assertThat(own.does(new Schedule(null)).state().due()).isEqualTo(LATER);
    }

    @Test
    void aScheduleNeedsATimeInTheFuture() {
        assertThat(draft().refusal(new Schedule(null))).isEqualTo(Code.UNPROCESSABLE);
        assertThat(draft().refusal(new Schedule(T0))).isEqualTo(Code.UNPROCESSABLE);
        assertThat(running().refusal(new Schedule(LATER))).isEqualTo(Code.WRONG_STATE);
    }

    @Test
    void aDraftOrAScheduledOneCanBeStartedAndNoOther() {
        assertThat(draft().does(new Start()).status()).isEqualTo(Status.RUNNING);
        assertThat(scheduled().does(new Start()).status()).isEqualTo(Status.RUNNING);
        for (CampaignStory story : List.of(running(), paused(), completed(), cancelled(), failed())) {
            assertThat(story.refusal(new Start())).isEqualTo(Code.WRONG_STATE);
        }
    }

    @Test
    void theAudienceIsFixedOnce() {
        CampaignStory story = running();
        assertThat(story.state().isFeeding()).isTrue();
        story.does(new FixAudience(2));
        assertThat(story.decided()).isEqualTo(new CampaignEvent.AudienceFixed(T0, 2));
        story.ignores(new FixAudience(3));
        paused().ignores(new FixAudience(2));
    }

    @Test
    void theCheckpointOnlyAdvances() {
        CampaignStory story = running().does(new FixAudience(2)).does(new Advance(1));
        assertThat(story.state().isFeeding()).isTrue();
        story.ignores(new Advance(1)).ignores(new Advance(0)).does(new Advance(2));
        assertThat(story.state().isFeeding()).isFalse();
        completed().ignores(new Advance(3));
    }

    @Test
    void pausedItFeedsNothingUntilItIsResumed() {
        CampaignStory story = paused();
        assertThat(story.decided()).isEqualTo(new CampaignEvent.Paused(T0));
        assertThat(story.state().isFeeding()).isFalse();
        story.ignores(new Pause());
        assertThat(story.does(new Resume()).status()).isEqualTo(Status.RUNNING);
        assertThat(story.refusal(new Resume())).isEqualTo(Code.WRONG_STATE);
    }

    @Test
    void pausingWhatDoesNotRunIsRefused() {
        for (CampaignStory story : List.of(draft(), scheduled(), completed(), cancelled(), failed())) {
            assertThat(story.refusal(new Pause())).isEqualTo(Code.WRONG_STATE);
        }
        assertThat(running().does(new Cancel()).refusal(new Pause())).isEqualTo(Code.WRONG_STATE);
        assertThat(paused().does(new Cancel()).refusal(new Resume())).isEqualTo(Code.WRONG_STATE);
    }

    @Test
    void itsRateCanBeChangedUntilItEnds() {
        CampaignStory story = running().does(new ChangeRate(12.5));
        assertThat(story.state().definition().ratePerSecond()).isEqualTo(12.5);
        story.ignores(new ChangeRate(12.5));
        assertThat(story.does(new ChangeRate(null)).state().definition().ratePerSecond())
                .isNull();
        assertThat(completed().refusal(new ChangeRate(1.0))).isEqualTo(Code.WRONG_STATE);
    }

    @Test
    void cancelledBeforeItStartedItEndsAtOnce() {
        assertThat(draft().does(new Cancel()).decided()).isEqualTo(new CampaignEvent.Cancelled(T0, Ledger.EMPTY));
        assertThat(scheduled().does(new Cancel()).state().due()).isNull();
        cancelled().ignores(new Cancel());
        for (CampaignStory story : List.of(completed(), failed())) {
            assertThat(story.refusal(new Cancel())).isEqualTo(Code.WRONG_STATE);
        }
    }

    @Test
    void cancelledWhileItRunsItEndsWhenNothingIsInFlight() {
        for (CampaignStory story : List.of(fed().does(new Cancel()), paused().does(new Cancel()))) {
            assertThat(story.decided()).isEqualTo(new CampaignEvent.CancelRequested(T0));
            assertThat(story.state().isActive()).isTrue();
            assertThat(story.state().isFeeding()).isFalse();
            story.ignores(new Cancel());
            story.ignores(new Review(new Ledger(2, 0, 1, 1, 0, 0, 0, 0, 0), 0));
            story.ignores(new Review(accepted(2), 1));
            story.does(review(new Ledger(2, 0, 1, 0, 1, 0, 0, 0, 0)));
            assertThat(story.decided())
                    .isEqualTo(new CampaignEvent.Cancelled(T0, new Ledger(2, 0, 0, 0, 1, 0, 0, 0, 1)));
            assertThat(story.state().cancelling()).isFalse();
            assertThat(story.state().isActive()).isFalse();
        }
    }

    @Test
    void itIsCompletedWhenEveryRecipientIsFedAndSettled() {
        CampaignStory story = fed().after(Duration.ofSeconds(5)).does(review(accepted(2)));
        assertThat(story.decided()).isEqualTo(new CampaignEvent.Completed(T0.plusSeconds(5), accepted(2)));
        assertThat(story.state().closing()).isEqualTo(accepted(2));
        assertThat(story.state().endedAt()).isEqualTo(T0.plusSeconds(5));
        assertThat(story.state().isActive()).isFalse();
        story.ignores(review(accepted(2)));
    }

    @Test
    void itIsNotCompletedWhileAnythingCanStillMove() {
        CampaignStory story = fed();
        story.ignores(new Review(accepted(2), 1));
        story.ignores(review(new Ledger(2, 0, 1, 0, 1, 0, 0, 0, 0)));
        story.ignores(review(new Ledger(2, 0, 0, 1, 1, 0, 0, 0, 0)));
        story.ignores(review(new Ledger(3, 0, 0, 0, 2, 0, 0, 0, 0)));
        running().ignores(review(Ledger.EMPTY));
        running().does(new FixAudience(2)).does(new Advance(1)).ignores(review(accepted(2)));
        fed().does(new Pause()).ignores(review(accepted(2)));
        fed().does(new RetryFailed()).ignores(review(accepted(2)));
    }

    @Test
    void aCampaignThatAddressesNobodyIsCompletedAtOnce() {
        assertThat(running().does(new FixAudience(0)).does(review(Ledger.EMPTY)).status())
                .isEqualTo(Status.COMPLETED);
    }

    @Test
    void itFailsOnlyWhileItRuns() {
        CampaignStory story = failed();
        assertThat(story.decided()).isEqualTo(new CampaignEvent.Failed(T0, "its import is gone", Ledger.EMPTY));
        assertThat(story.state().failure()).isEqualTo("its import is gone");
        for (CampaignStory other : List.of(draft(), scheduled(), paused(), completed(), cancelled(), failed())) {
            other.ignores(new Fail("x", Ledger.EMPTY));
        }
    }

    @Test
    void failuresAreSentAgainOnRequestAlsoAfterTheEnd() {
        CampaignStory story = completed().after(Duration.ofSeconds(1)).does(new RetryFailed());
        assertThat(story.state().retrying()).isEqualTo(T0.plusSeconds(1));
        assertThat(story.status()).isEqualTo(Status.COMPLETED);
        assertThat(story.state().isActive()).isTrue();
        story.ignores(new RetryFailed());
        story.ignores(review(accepted(2)));
        assertThat(story.does(new FinishRetry(3)).state().isActive()).isTrue();
        story.ignores(new FinishRetry(3));
        assertThat(paused().does(new RetryFailed()).state().isActive()).isTrue();
    }

    @Test
    void theBooksAreOpenWhileFailuresAreSentAgainAfterTheEnd() {
        Ledger failed = new Ledger(2, 0, 0, 0, 1, 1, 0, 0, 0);
        CampaignStory story = fed().does(review(failed));
        assertThat(story.does(new RetryFailed()).state().closing()).isNull();
        story.does(new FinishRetry(1));
        story.ignores(new Review(accepted(2), 1));
        story.ignores(review(new Ledger(2, 0, 1, 0, 1, 0, 0, 0, 0)));
        story.ignores(review(new Ledger(2, 0, 0, 1, 1, 0, 0, 0, 0)));
        story.after(Duration.ofSeconds(7)).does(review(accepted(2)));
        assertThat(story.decided()).isEqualTo(new CampaignEvent.BooksClosed(T0.plusSeconds(7), accepted(2)));
        assertThat(story.state().closing()).isEqualTo(accepted(2));
        assertThat(story.state().endedAt()).as("its end was earlier").isEqualTo(T0);
        assertThat(story.status()).isEqualTo(Status.COMPLETED);
        assertThat(story.state().isActive()).isFalse();
        story.ignores(review(failed));
    }

    @Test
    void whereNothingWasSentNothingIsSentAgain() {
        for (CampaignStory story : List.of(draft(), scheduled(), cancelled(), failed())) {
            assertThat(story.refusal(new RetryFailed())).isEqualTo(Code.WRONG_STATE);
        }
        assertThat(running().does(new Cancel()).refusal(new RetryFailed())).isEqualTo(Code.WRONG_STATE);
    }

    @Test
    void theEndOfACancelledCampaignEndsItsRetriesToo() {
        CampaignStory story = fed().does(new RetryFailed()).does(new Cancel()).does(review(accepted(2)));
        assertThat(story.status()).isEqualTo(Status.CANCELLED);
        assertThat(story.state().retrying()).isNull();
        assertThat(story.state().isActive()).isFalse();
    }

    @Test
    void onlyWhatHasSentNothingIsDeletedAndThenItIsGone() {
        for (CampaignStory story : List.of(draft(), scheduled())) {
            story.does(new Delete());
            assertThat(story.state().isActive()).isFalse();
            assertThat(story.refusal(new Delete())).isEqualTo(Code.NOT_FOUND);
            assertThat(story.refusal(new Create("t1", "c1", CampaignStory.DEFINITION)))
                    .isEqualTo(Code.NOT_FOUND);
        }
        for (CampaignStory story : List.of(running(), paused(), completed(), cancelled(), failed())) {
            assertThat(story.refusal(new Delete())).isEqualTo(Code.WRONG_STATE);
        }
    }

    @Test
    void itsMessagesAreRemovedOnlyWhenItHasEndedAndItsBooksAreClosed() {
        for (CampaignStory story : List.of(
                draft(),
                scheduled(),
                running(),
                paused(),
                fed(),
                fed().does(new Cancel()),
                completed().does(new RetryFailed()))) {
            assertThat(story.refusal(REMOVAL)).as(story.status().wire()).isEqualTo(Code.WRONG_STATE);
        }
        for (CampaignStory story : List.of(
                completed(),
                cancelled(),
                failed(),
                fed().does(new Cancel()).does(review(accepted(2))),
                completed().does(new RetryFailed()).does(new FinishRetry(0)).does(review(accepted(2))))) {
            assertThat(story.does(REMOVAL).decided()).isEqualTo(new CampaignEvent.MessagesRemoved(T0, TALLY));
            assertThat(story.state().messagesRemovedAt()).isEqualTo(T0);
            assertThat(story.state().tally()).isEqualTo(TALLY);
        }
    }

    @Test
    void itsMessagesAreKeptAsLongAfterItsEndAsIsWanted() {
        CampaignStory story = fed().after(Duration.ofDays(1)).does(review(accepted(2)));
        story.after(Duration.ofDays(90));
        assertThat(story.refusal(REMOVAL)).isEqualTo(Code.WRONG_STATE);
        story.does(new RemoveMessages(T0.plus(Duration.ofDays(1)), TALLY));
    }

    @Test
    void failuresThatWereSentAgainAreKeptAsLongAsAnythingElse() {
        CampaignStory story =
                completed().after(Duration.ofDays(5)).does(new RetryFailed()).does(new FinishRetry(0));
        story.does(review(accepted(2)));
        assertThat(story.refusal(REMOVAL)).isEqualTo(Code.WRONG_STATE);
        story.does(new RemoveMessages(T0.plus(Duration.ofDays(5)), TALLY));
    }

    @Test
    void withoutItsMessagesNothingCanBeSentAgain() {
        CampaignStory story = completed().does(REMOVAL);
        story.ignores(REMOVAL);
        assertThat(story.refusal(new RetryFailed())).isEqualTo(Code.WRONG_STATE);
        assertThat(story.decide(new RetryFailed()).toString()).contains("were removed");
        assertThat(story.state().closing()).isEqualTo(accepted(2));
        assertThat(story.state().isActive()).isFalse();
    }

    @Test
    void aClockThatFallsBackDoesNotTakeTheJournalBackWithIt() {
        assertThat(draft().at(T0.minusSeconds(9)).does(new Start()).decided()).isEqualTo(new CampaignEvent.Started(T0));
    }

    @Test
    void withoutFallbackItsMessagesHaveOneRoute() {
        Definition d = CampaignStory.DEFINITION;
        Definition without = new Definition(
                d.name(),
                d.templateId(),
                d.templateVersion(),
                d.audience(),
                d.route(),
                false,
                d.category(),
                d.unknownPolicy(),
                null,
                null,
                Map.of());
        assertThat(d.plan()).hasSize(2);
        assertThat(without.plan()).containsExactly(d.route().getFirst());
        assertThatThrownBy(() -> new Definition(
                        "x",
                        "tpl",
                        1,
                        d.audience(),
                        List.of(),
                        true,
                        d.category(),
                        d.unknownPolicy(),
                        null,
                        null,
                        Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
