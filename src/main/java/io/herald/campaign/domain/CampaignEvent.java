package io.herald.campaign.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a campaign. The JSON of these records is the journal: fields are only ever added, names never change, and a
 * golden file holds each shape.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(CampaignEvent.Created.class),
    @JsonSubTypes.Type(CampaignEvent.Edited.class),
    @JsonSubTypes.Type(CampaignEvent.Scheduled.class),
    @JsonSubTypes.Type(CampaignEvent.Started.class),
    @JsonSubTypes.Type(CampaignEvent.AudienceFixed.class),
    @JsonSubTypes.Type(CampaignEvent.Advanced.class),
    @JsonSubTypes.Type(CampaignEvent.Paused.class),
    @JsonSubTypes.Type(CampaignEvent.Resumed.class),
    @JsonSubTypes.Type(CampaignEvent.RateChanged.class),
    @JsonSubTypes.Type(CampaignEvent.CancelRequested.class),
    @JsonSubTypes.Type(CampaignEvent.Cancelled.class),
    @JsonSubTypes.Type(CampaignEvent.RetryRequested.class),
    @JsonSubTypes.Type(CampaignEvent.RetryFinished.class),
    @JsonSubTypes.Type(CampaignEvent.Completed.class),
    @JsonSubTypes.Type(CampaignEvent.BooksClosed.class),
    @JsonSubTypes.Type(CampaignEvent.Failed.class),
    @JsonSubTypes.Type(CampaignEvent.Deleted.class),
    @JsonSubTypes.Type(CampaignEvent.MessagesRemoved.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface CampaignEvent {

    /** When it was decided; never before the event that precedes it. */
    Instant at();

    @JsonTypeName("campaign-created")
    record Created(Instant at, String tenantId, String campaignId, Definition definition) implements CampaignEvent {}

    @JsonTypeName("campaign-edited")
    record Edited(Instant at, Definition definition) implements CampaignEvent {}

    @JsonTypeName("campaign-scheduled")
    record Scheduled(Instant at, Instant due) implements CampaignEvent {}

    @JsonTypeName("campaign-started")
    record Started(Instant at) implements CampaignEvent {}

    /** The recipients are numbered and stored; nothing that changes later moves them. */
    @JsonTypeName("audience-fixed")
    record AudienceFixed(Instant at, long targeted) implements CampaignEvent {}

    /** Every recipient up to and including this number has a message of its own in the journal. */
    @JsonTypeName("campaign-advanced")
    record Advanced(Instant at, long through) implements CampaignEvent {}

    @JsonTypeName("campaign-paused")
    record Paused(Instant at) implements CampaignEvent {}

    @JsonTypeName("campaign-resumed")
    record Resumed(Instant at) implements CampaignEvent {}

    /** Where {@code ratePerSecond} is absent, the campaign has no limit of its own. */
    @JsonTypeName("rate-changed")
    record RateChanged(Instant at, @Nullable Double ratePerSecond) implements CampaignEvent {}

    /** Nothing new is to begin; the end follows when nothing is in flight. */
    @JsonTypeName("cancel-requested")
    record CancelRequested(Instant at) implements CampaignEvent {}

    @JsonTypeName("campaign-cancelled")
    record Cancelled(Instant at, Ledger closing) implements CampaignEvent {}

    /** What has failed until now is to be sent again. */
    @JsonTypeName("retry-requested")
    record RetryRequested(Instant at) implements CampaignEvent {}

    @JsonTypeName("retry-finished")
    record RetryFinished(Instant at, long replayed) implements CampaignEvent {}

    @JsonTypeName("campaign-completed")
    record Completed(Instant at, Ledger closing) implements CampaignEvent {}

    /** What a completed campaign had sent again is settled. */
    @JsonTypeName("books-closed")
    record BooksClosed(Instant at, Ledger closing) implements CampaignEvent {}

    @JsonTypeName("campaign-failed")
    record Failed(Instant at, String reason, Ledger closing) implements CampaignEvent {}

    @JsonTypeName("campaign-deleted")
    record Deleted(Instant at) implements CampaignEvent {}

    /** Its messages are removed from now on, journal rows included; this is what they came to beside its closing ledger. */
    @JsonTypeName("messages-removed")
    record MessagesRemoved(Instant at, Tally tally) implements CampaignEvent {}
}
