package io.herald.campaign;

import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event as a campaign persists it: with the campaign after it, for the view that is written with it. Only the event is
 * journaled; read back, the other is absent.
 */
public record CampaignRecorded(
        CampaignEvent event, @Nullable Campaign after) {

    public static CampaignRecorded of(@Nullable Campaign before, CampaignEvent event) {
        return new CampaignRecorded(event, Campaign.evolve(before, event));
    }

    Campaign on(@Nullable Campaign state) {
        return after == null ? Campaign.evolve(state, event) : after;
    }
}
