package io.herald.campaign.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as its events have made it.
 *
 * @param due when a scheduled one starts
 * @param targeted absent until its audience is fixed
 * @param through every recipient up to this number is in the journal
 * @param cancelling whether nothing new is to begin, and the end waits for what is in flight
 * @param retrying failures before this moment are being sent again; absent where none are
 * @param closing its books when it ended; late receipts don't change them. Absent again from when a completed one is to send
 *     its failures once more until they are settled
 * @param messagesRemovedAt since when its messages are gone; absent while they are kept
 * @param tally what its messages came to, once they are removed
 */
public record Campaign(
        String tenantId,
        String id,
        Definition definition,
        Status status,
        @Nullable Instant due,
        @Nullable Long targeted,
        long through,
        boolean cancelling,
        @Nullable Instant retrying,
        boolean deleted,
        @Nullable String failure,
        @Nullable Ledger closing,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant messagesRemovedAt,
        @Nullable Tally tally,
        Instant lastAt) {

    public static Campaign evolve(@Nullable Campaign before, CampaignEvent event) {
        if (before == null) {
            if (event instanceof CampaignEvent.Created e) {
                return new Campaign(
                        e.tenantId(),
                        e.campaignId(),
                        e.definition(),
                        Status.DRAFT,
                        null,
                        null,
                        0,
                        false,
                        null,
                        false,
                        null,
                        null,
                        e.at(),
                        null,
                        null,
                        null,
                        null,
                        e.at());
            }
            throw new IllegalArgumentException("a campaign's first event is its creation");
        }
        Change next = new Change(before, event.at());
        switch (event) {
            case CampaignEvent.Created e -> {}
            case CampaignEvent.Edited e -> next.definition = e.definition();
            case CampaignEvent.Scheduled e -> {
                next.status = Status.SCHEDULED;
                next.due = e.due();
            }
            case CampaignEvent.Started e -> {
                next.status = Status.RUNNING;
                next.due = null;
                next.startedAt = e.at();
            }
            case CampaignEvent.AudienceFixed e -> next.targeted = e.targeted();
            case CampaignEvent.Advanced e -> next.through = e.through();
            case CampaignEvent.Paused e -> next.status = Status.PAUSED;
            case CampaignEvent.Resumed e -> next.status = Status.RUNNING;
            case CampaignEvent.RateChanged e -> next.definition = before.definition.withRate(e.ratePerSecond());
            case CampaignEvent.CancelRequested e -> next.cancelling = true;
            case CampaignEvent.RetryRequested e -> {
                next.retrying = e.at();
                next.closing = null;
            }
            case CampaignEvent.RetryFinished e -> next.retrying = null;
            case CampaignEvent.Cancelled e -> next.end(Status.CANCELLED, e.closing());
            case CampaignEvent.Completed e -> next.end(Status.COMPLETED, e.closing());
            case CampaignEvent.BooksClosed e -> next.closing = e.closing();
            case CampaignEvent.Failed e -> {
                next.failure = e.reason();
                next.end(Status.FAILED, e.closing());
            }
            case CampaignEvent.Deleted e -> next.deleted = true;
            case CampaignEvent.MessagesRemoved e -> {
                next.messagesRemovedAt = e.at();
                next.tally = e.tally();
            }
        }
        return next.made();
    }

    /** Whether its runner should be feeding messages now. */
    public boolean isFeeding() {
        return status == Status.RUNNING && !cancelling && (targeted == null || through < targeted);
    }

    /** Whether it is completed, and what had failed is not settled again yet. */
    public boolean isResending() {
        return status == Status.COMPLETED && closing == null;
    }

    /** Whether its books are to be closed as soon as they can be. */
    public boolean isToBeReviewed() {
        return status == Status.RUNNING || cancelling || isResending();
    }

    /** Whether it has work that must go on by itself after a restart. */
    public boolean isActive() {
        return !deleted && (isToBeReviewed() || status == Status.SCHEDULED || retrying != null);
    }

    /** The copy of a record with many components, field by field. */
    private static final class Change {
        private final Campaign before;
        private final Instant at;
        private Definition definition;
        private Status status;
        private @Nullable Instant due;
        private @Nullable Long targeted;
        private long through;
        private boolean cancelling;
        private @Nullable Instant retrying;
        private boolean deleted;
        private @Nullable String failure;
        private @Nullable Ledger closing;
        private @Nullable Instant startedAt;
        private @Nullable Instant endedAt;
        private @Nullable Instant messagesRemovedAt;
        private @Nullable Tally tally;

        Change(Campaign before, Instant at) {
            this.before = before;
            this.at = at;
            this.definition = before.definition;
            this.status = before.status;
            this.due = before.due;
            this.targeted = before.targeted;
            this.through = before.through;
            this.cancelling = before.cancelling;
            this.retrying = before.retrying;
            this.deleted = before.deleted;
            this.failure = before.failure;
            this.closing = before.closing;
            this.startedAt = before.startedAt;
            this.endedAt = before.endedAt;
            this.messagesRemovedAt = before.messagesRemovedAt;
            this.tally = before.tally;
        }

        void end(Status end, Ledger books) {
            status = end;
            closing = books;
            cancelling = false;
            retrying = null;
            due = null;
            endedAt = at;
        }

        Campaign made() {
            return new Campaign(
                    before.tenantId,
                    before.id,
                    definition,
                    status,
                    due,
                    targeted,
                    through,
                    cancelling,
                    retrying,
                    deleted,
                    failure,
                    closing,
                    before.createdAt,
                    startedAt,
                    endedAt,
                    messagesRemovedAt,
                    tally,
                    at);
        }
    }
}
