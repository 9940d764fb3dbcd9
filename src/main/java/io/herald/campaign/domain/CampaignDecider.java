package io.herald.campaign.domain;

import io.herald.kernel.Decision;
import io.herald.kernel.Rejection;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Every decision about a campaign, above all the one that closes its books. */
public final class CampaignDecider {
    private CampaignDecider() {}

    /** @param state absent before the first event */
    public static Decision<CampaignEvent> decide(@Nullable Campaign state, CampaignCommand command, Instant clock) {
        if (state == null || state.deleted()) {
            return command instanceof CampaignCommand.Create c && state == null
                    ? Decision.event(new CampaignEvent.Created(clock, c.tenantId(), c.campaignId(), c.definition()))
                    : Decision.refuse(Rejection.notFound("no such campaign"));
        }
        Instant now = clock.isBefore(state.lastAt()) ? state.lastAt() : clock;
        return switch (command) {
            case CampaignCommand.Create c -> Decision.nothing();
            case CampaignCommand.Edit c -> edit(state, c.definition(), now);
            case CampaignCommand.Schedule c -> schedule(state, c.due(), now);
            case CampaignCommand.Start c ->
                state.status() == Status.DRAFT || state.status() == Status.SCHEDULED
                        ? Decision.event(new CampaignEvent.Started(now))
                        : wrongState(state, "only a draft or a scheduled campaign can be started");
            case CampaignCommand.Wake c ->
                state.status() == Status.SCHEDULED && state.due() != null && !now.isBefore(state.due())
                        ? Decision.event(new CampaignEvent.Started(now))
                        : Decision.nothing();
            case CampaignCommand.FixAudience c ->
                state.targeted() == null && state.status() == Status.RUNNING
                        ? Decision.event(new CampaignEvent.AudienceFixed(now, c.targeted()))
                        : Decision.nothing();
            case CampaignCommand.Advance c ->
                c.through() > state.through() && !state.status().isEnd()
                        ? Decision.event(new CampaignEvent.Advanced(now, c.through()))
                        : Decision.nothing();
            case CampaignCommand.Pause c ->
                switch (state.status()) {
                    case RUNNING ->
                        state.cancelling()
                                ? wrongState(state, "it is being cancelled")
                                : Decision.event(new CampaignEvent.Paused(now));
                    case PAUSED -> Decision.nothing();
                    default -> wrongState(state, "only a running campaign can be paused");
                };
            case CampaignCommand.Resume c ->
                state.status() == Status.PAUSED && !state.cancelling()
                        ? Decision.event(new CampaignEvent.Resumed(now))
                        : wrongState(state, "only a paused campaign can be resumed");
            case CampaignCommand.ChangeRate c -> changeRate(state, c.ratePerSecond(), now);
            case CampaignCommand.Cancel c -> cancel(state, now);
            case CampaignCommand.RetryFailed c -> retryFailed(state, now);
            case CampaignCommand.FinishRetry c ->
                state.retrying() == null
                        ? Decision.nothing()
                        : Decision.event(new CampaignEvent.RetryFinished(now, c.replayed()));
            case CampaignCommand.Review c -> review(state, c, now);
            case CampaignCommand.Fail c ->
                state.status() == Status.RUNNING
                        ? Decision.event(new CampaignEvent.Failed(
                                now, c.reason(), c.ledger().cancelWaiting()))
                        : Decision.nothing();
            case CampaignCommand.Delete c ->
                state.status() == Status.DRAFT || state.status() == Status.SCHEDULED
                        ? Decision.event(new CampaignEvent.Deleted(now))
                        : wrongState(state, "what has sent messages is kept; only a draft can be deleted");
            case CampaignCommand.RemoveMessages c -> removeMessages(state, c, now);
        };
    }

    private static Decision<CampaignEvent> edit(Campaign state, Definition definition, Instant now) {
        if (state.status() != Status.DRAFT) {
            return wrongState(state, "only a draft can be changed");
        }
        return definition.equals(state.definition())
                ? Decision.nothing()
                : Decision.event(new CampaignEvent.Edited(now, definition));
    }

    private static Decision<CampaignEvent> schedule(Campaign state, @Nullable Instant asked, Instant now) {
        if (state.status() != Status.DRAFT && state.status() != Status.SCHEDULED) {
            return wrongState(state, "only a draft can be scheduled");
        }
        Instant due = asked == null ? state.definition().scheduledAt() : asked;
        if (due == null) {
            return Decision.refuse(Rejection.unprocessable("scheduled_at is needed, here or in the campaign"));
        }
        if (!due.isAfter(now)) {
            return Decision.refuse(Rejection.unprocessable("scheduled_at must be in the future"));
        }
        return due.equals(state.due()) ? Decision.nothing() : Decision.event(new CampaignEvent.Scheduled(now, due));
    }

    private static Decision<CampaignEvent> changeRate(Campaign state, @Nullable Double rate, Instant now) {
        if (state.status().isEnd()) {
            return wrongState(state, "an ended campaign has no rate");
        }
        return Objects.equals(rate, state.definition().ratePerSecond())
                ? Decision.nothing()
                : Decision.event(new CampaignEvent.RateChanged(now, rate));
    }

    private static Decision<CampaignEvent> cancel(Campaign state, Instant now) {
        return switch (state.status()) {
            case DRAFT, SCHEDULED -> Decision.event(new CampaignEvent.Cancelled(now, Ledger.EMPTY));
            case RUNNING, PAUSED ->
                state.cancelling() ? Decision.nothing() : Decision.event(new CampaignEvent.CancelRequested(now));
            case CANCELLED -> Decision.nothing();
            case COMPLETED, FAILED -> wrongState(state, "it has ended");
        };
    }

    private static Decision<CampaignEvent> retryFailed(Campaign state, Instant now) {
        if (state.messagesRemovedAt() != null) {
            return wrongState(state, "its messages were removed, as long after its end as its tenant keeps them");
        }
        return switch (state.status()) {
            case RUNNING, PAUSED, COMPLETED ->
                state.cancelling()
                        ? wrongState(state, "it is being cancelled")
                        : state.retrying() != null
                                ? Decision.nothing()
                                : Decision.event(new CampaignEvent.RetryRequested(now));
            default -> wrongState(state, "it has sent nothing that could be sent again");
        };
    }

    /** Only what can't move any more gives its messages up: an end whose books are closed. */
    private static Decision<CampaignEvent> removeMessages(
            Campaign state, CampaignCommand.RemoveMessages command, Instant now) {
        if (state.messagesRemovedAt() != null) {
            return Decision.nothing();
        }
        if (!state.status().isEnd() || state.closing() == null) {
            return wrongState(state, "only an ended campaign whose books are closed gives its messages up");
        }
        return state.lastAt().isAfter(command.restedSince())
                ? wrongState(state, "its messages are to be kept for longer")
                : Decision.event(new CampaignEvent.MessagesRemoved(now, command.tally()));
    }

    /**
     * The books close when nothing can move any more without being asked: for a cancelled campaign when nothing is in flight or
     * unsettled, for another when besides that every recipient was fed; for a completed one once more after each resending.
     */
    private static Decision<CampaignEvent> review(Campaign state, CampaignCommand.Review review, Instant now) {
        Ledger ledger = review.ledger();
        if (review.unsettled() > 0 || ledger.inFlight() > 0 || !ledger.balanced()) {
            return Decision.nothing();
        }
        if (state.cancelling()) {
            return Decision.event(new CampaignEvent.Cancelled(now, ledger.cancelWaiting()));
        }
        if (state.retrying() != null || ledger.waiting() > 0) {
            return Decision.nothing();
        }
        if (state.isResending()) {
            return Decision.event(new CampaignEvent.BooksClosed(now, ledger));
        }
        boolean allFed = state.targeted() != null && state.through() >= state.targeted();
        return state.status() == Status.RUNNING && allFed
                ? Decision.event(new CampaignEvent.Completed(now, ledger))
                : Decision.nothing();
    }

    private static Decision<CampaignEvent> wrongState(Campaign state, String detail) {
        return Decision.refuse(
                Rejection.wrongState("the campaign is " + state.status().wire() + ": " + detail));
    }
}
