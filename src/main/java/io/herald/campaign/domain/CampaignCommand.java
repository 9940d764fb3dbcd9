package io.herald.campaign.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What may be asked of a campaign. */
public sealed interface CampaignCommand {

    record Create(String tenantId, String campaignId, Definition definition) implements CampaignCommand {}

    record Edit(Definition definition) implements CampaignCommand {}

    /** Where {@code due} is absent, the definition's own time counts. */
    record Schedule(@Nullable Instant due) implements CampaignCommand {}

    record Start() implements CampaignCommand {}

    /** The scheduled time may have come. */
    record Wake() implements CampaignCommand {}

    record FixAudience(long targeted) implements CampaignCommand {}

    record Advance(long through) implements CampaignCommand {}

    record Pause() implements CampaignCommand {}

    record Resume() implements CampaignCommand {}

    record ChangeRate(@Nullable Double ratePerSecond) implements CampaignCommand {}

    record Cancel() implements CampaignCommand {}

    record RetryFailed() implements CampaignCommand {}

    record FinishRetry(long replayed) implements CampaignCommand {}

    /**
     * The books were read: close them if they can be closed.
     *
     * @param unsettled messages that may still start an attempt by themselves, the ones not fed yet not counted
     */
    record Review(Ledger ledger, long unsettled) implements CampaignCommand {}

    record Fail(String reason, Ledger ledger) implements CampaignCommand {}

    record Delete() implements CampaignCommand {}

    /**
     * Its messages are to be removed for good, and what is known of each of them with them.
     *
     * @param restedSince it must have rested since then: a later end, or failures sent again later, keep them
     * @param tally what they came to
     */
    record RemoveMessages(Instant restedSince, Tally tally) implements CampaignCommand {}
}
