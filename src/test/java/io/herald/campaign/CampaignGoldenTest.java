package io.herald.campaign;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Tally;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.UnknownPolicy;
import io.herald.support.Definitions;
import io.herald.support.Golden;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CampaignGoldenTest {
    private static final Instant AT = Instant.parse("2026-05-04T10:00:00.123456Z");
    private static final Instant LATER = Instant.parse("2026-05-04T10:01:00Z");
    private static final Ledger BOOKS = new Ledger(36, 1, 2, 3, 4, 5, 6, 7, 8);

    private static final ActorTestKit KIT = ActorTestKit.create(
            ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));
    private static final Golden<CampaignRecorded> GOLDEN = new Golden<>("campaign", KIT.system(), samples());

    private static Map<String, CampaignRecorded> samples() {
        Map<String, CampaignEvent> events = new HashMap<>();
        events.put("campaign-created", new CampaignEvent.Created(AT, "t1", "c1", Definitions.named("spring")));
        events.put("campaign-created-of-import", new CampaignEvent.Created(AT, "t1", "c2", ofImport()));
        events.put("campaign-edited", new CampaignEvent.Edited(AT, Definitions.named("summer")));
        events.put("campaign-scheduled", new CampaignEvent.Scheduled(AT, LATER));
        events.put("campaign-started", new CampaignEvent.Started(AT));
        events.put("audience-fixed", new CampaignEvent.AudienceFixed(AT, 10_000_000_000L));
        events.put("campaign-advanced", new CampaignEvent.Advanced(AT, 1234));
        events.put("campaign-paused", new CampaignEvent.Paused(AT));
        events.put("campaign-resumed", new CampaignEvent.Resumed(AT));
        events.put("rate-changed", new CampaignEvent.RateChanged(AT, 12.5));
        events.put("rate-changed-none", new CampaignEvent.RateChanged(AT, null));
        events.put("cancel-requested", new CampaignEvent.CancelRequested(AT));
        events.put("campaign-cancelled", new CampaignEvent.Cancelled(AT, BOOKS));
        events.put("retry-requested", new CampaignEvent.RetryRequested(AT));
        events.put("retry-finished", new CampaignEvent.RetryFinished(AT, 7));
        events.put("campaign-completed", new CampaignEvent.Completed(AT, BOOKS));
        events.put("books-closed", new CampaignEvent.BooksClosed(AT, BOOKS));
        events.put("campaign-failed", new CampaignEvent.Failed(AT, "its import is gone", Ledger.EMPTY));
        events.put("campaign-deleted", new CampaignEvent.Deleted(AT));
        events.put("messages-removed", new CampaignEvent.MessagesRemoved(AT, new Tally(4, 3, 2, 1, 5_000_000_000L)));
        Map<String, CampaignRecorded> samples = new HashMap<>();
        events.forEach((name, event) -> samples.put(name, new CampaignRecorded(event, null)));
        return samples;
    }

    private static Definition ofImport() {
        return new Definition(
                "by import",
                "tpl-1",
                3,
                new Definition.Audience("imp-1", 0),
                List.of(new Definition.Step(Channel.SMS, "sms-1", null)),
                false,
                Category.TRANSACTIONAL,
                UnknownPolicy.PREFER_LOSS,
                0.5,
                LATER,
                Map.of("owner", "marketing"));
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void everyShapeIsWrittenAsItsGoldenFileSays() {
        GOLDEN.isWhatIsWritten(CampaignEventSerializer.ID);
    }

    @Test
    void everyGoldenFileIsReadAsWhatWasWritten() {
        GOLDEN.isReadAsWhatWasWritten(CampaignEventSerializer.ID);
    }

    @Test
    void whatALaterVersionAddsIsPassedOver() {
        GOLDEN.isReadWhateverALaterVersionAdds(CampaignEventSerializer.ID);
    }

    @Test
    void everyEventHasAGoldenFile() {
        GOLDEN.holdsEvery(CampaignEvent.class);
    }
}
