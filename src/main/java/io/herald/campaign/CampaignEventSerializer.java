package io.herald.campaign;

import akka.actor.ExtendedActorSystem;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.platform.serialization.JsonEventSerializer;

/** Journals {@link CampaignEvent}s; bound in application.conf. */
public final class CampaignEventSerializer extends JsonEventSerializer<CampaignEvent, CampaignRecorded> {
    public static final int ID = 7402;

    public CampaignEventSerializer(ExtendedActorSystem system) {
        super(
                ID,
                "campaign",
                CampaignEvent.class,
                CampaignRecorded.class,
                CampaignRecorded::event,
                event -> new CampaignRecorded(event, null));
    }
}
