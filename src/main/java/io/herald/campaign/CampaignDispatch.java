package io.herald.campaign;

import akka.Done;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** How a campaign reaches the dispatch of its messages, on whatever nodes that is. */
public interface CampaignDispatch {

    /** Its messages may start attempts. */
    void open(String campaignId);

    /** Completes when none of its messages can start an attempt any more, with the ids of those whose attempt is under way. */
    CompletionStage<List<String>> halt(String campaignId);

    /** Its rate was changed; completes when the new one is in force for new attempts. */
    CompletionStage<Done> rateChanged(String tenantId, String campaignId);

    /** It has ended. */
    void forget(String campaignId);
}
