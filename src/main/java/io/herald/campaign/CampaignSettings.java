package io.herald.campaign;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The numbers of campaigns.
 *
 * @param window messages that a runner feeds before the first of them must be journaled
 * @param page recipients read at once
 * @param feedAgain a message that was not journaled within this is fed again
 * @param checkpointEvery how often the runner's progress is journaled
 * @param review how often a running campaign looks at its books
 * @param lifetime a message that could not be sent for so long expires
 * @param ping how often campaigns with work to do are made sure to be in memory
 */
public record CampaignSettings(
        int window,
        int page,
        Duration feedAgain,
        Duration checkpointEvery,
        Duration review,
        Duration lifetime,
        Duration ping) {

    public static CampaignSettings from(Config herald) {
        Config c = herald.getConfig("campaign");
        return new CampaignSettings(
                c.getInt("window"),
                c.getInt("page"),
                c.getDuration("feed-again"),
                c.getDuration("checkpoint-every"),
                c.getDuration("review-every"),
                herald.getDuration("dispatch.lifetime"),
                c.getDuration("ping-every"));
    }
}
