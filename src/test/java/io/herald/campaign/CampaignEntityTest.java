package io.herald.campaign;

import static io.herald.campaign.CampaignRig.PATIENCE;
import static io.herald.campaign.CampaignRig.await;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.campaign.CampaignEntity.Done;
import io.herald.campaign.CampaignEntity.Refused;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Rejection;
import io.herald.kernel.UnknownPolicy;
import io.herald.platform.sql.DatabaseAway;
import io.herald.support.Definitions;
import io.herald.support.Logged;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CampaignEntityTest {
    private static final CampaignRig RIG = new CampaignRig();

    @AfterAll
    static void close() {
        RIG.close();
    }

    @BeforeEach
    void forget() {
        RIG.told.clear();
        RIG.dispatch.told.clear();
        RIG.dispatch.halted = CompletableFuture.completedFuture(List.of());
        RIG.lanesFreeUpTo = Integer.MAX_VALUE;
    }

    private static void running(String id, int recipients) {
        RIG.draft(id, Definitions.named(id), recipients);
        await(RIG.campaigns.start("t1", id));
    }

    private static void fed(String id, int recipients) {
        running(id, recipients);
        Until.holds("all are fed", PATIENCE, () -> RIG.campaign(id).through() == recipients);
    }

    private static Rejection.Code code(CampaignEntity.Reply reply) {
        return ((Refused) reply).rejection().code();
    }

    @Test
    void aCampaignRunsFromItsDraftToItsEndAndLeavesMemory() {
        fed("whole", 25);
        assertThat(RIG.campaign("whole").targeted()).isEqualTo(25);
        assertThat(RIG.told).hasSize(25).startsWith("feed t1/whole-1");
        assertThat(RIG.campaign("whole").status()).isEqualTo(Status.RUNNING);
        RIG.count("whole", 0, 25);
        RIG.becomes("whole", Status.COMPLETED);
        assertThat(RIG.campaign("whole").closing()).isEqualTo(new Ledger(25, 0, 0, 0, 25, 0, 0, 0, 0));
        assertThat(RIG.journaled("whole"))
                .filteredOn(event -> !(event instanceof CampaignEvent.Advanced))
                .hasExactlyElementsOfTypes(
                        CampaignEvent.Created.class,
                        CampaignEvent.Started.class,
                        CampaignEvent.AudienceFixed.class,
                        CampaignEvent.Completed.class);
        assertThat(RIG.dispatch.told).containsExactly("open", "forget");
        Until.holds("it leaves memory", PATIENCE, () -> !RIG.isInMemory("whole"));
    }

    @Test
    void whatIsInFlightKeepsItOpen() {
        fed("open", 2);
        RIG.count("open", 1, 1);
        assertThat(RIG.campaign("open").status()).isEqualTo(Status.RUNNING);
        RIG.count("open", 0, 2);
        RIG.becomes("open", Status.COMPLETED);
    }

    @Test
    void aDraftStartsNothingAndIsNotKeptInMemory() {
        RIG.draft("draft", Definitions.named("draft"), 2);
        assertThat(RIG.told).isEmpty();
        Until.holds("it leaves memory", PATIENCE, () -> !RIG.isInMemory("draft"));
        assertThat(RIG.campaign("draft").status()).isEqualTo(Status.DRAFT);
    }

    @Test
    void theSameCommandAgainIsAnsweredAndAddsNothing() {
        RIG.draft("again", Definitions.named("again"), 1);
        assertThat(await(RIG.campaigns.create("t1", "again", Definitions.named("other"))))
                .isInstanceOf(Done.class);
        await(RIG.campaigns.start("t1", "again"));
        assertThat(code(await(RIG.campaigns.start("t1", "again")))).isEqualTo(Rejection.Code.WRONG_STATE);
        assertThat(RIG.journaled("again"))
                .filteredOn(event -> event instanceof CampaignEvent.Created || event instanceof CampaignEvent.Started)
                .hasSize(2);
    }

    @Test
    void whatIsNotThereIsNotThere() {
        assertThat(code(await(RIG.campaigns.look("t1", "nowhere")))).isEqualTo(Rejection.Code.NOT_FOUND);
        assertThat(code(await(RIG.campaigns.pause("t1", "nowhere")))).isEqualTo(Rejection.Code.NOT_FOUND);
        Until.holds("it leaves memory", PATIENCE, () -> !RIG.isInMemory("nowhere"));
    }

    @Test
    void pauseAnswersWhenNoAttemptCanStartAnyMoreAndNamesWhatIsInFlight() {
        running("paused", 5);
        CompletableFuture<List<String>> halted = new CompletableFuture<>();
        RIG.dispatch.halted = halted;
        var answer = RIG.campaigns.pause("t1", "paused").toCompletableFuture();
        Until.holds("its gate is closed", PATIENCE, () -> RIG.dispatch.told.contains("halt"));
        assertThat(answer).isNotDone();
        halted.complete(List.of("paused-3"));
        Done done = (Done) answer.join();
        assertThat(done.campaign().status()).isEqualTo(Status.PAUSED);
        assertThat(done.inFlight()).containsExactly("paused-3");
        await(RIG.campaigns.resume("t1", "paused"));
        RIG.count("paused", 0, 5);
        RIG.becomes("paused", Status.COMPLETED);
    }

    @Test
    void afterACrashItGoesOnBehindItsCheckpoint() {
        RIG.lanesFreeUpTo = 2;
        running("crashed", 6);
        Until.holds("the checkpoint", PATIENCE, () -> RIG.campaign("crashed").through() == 2);
        RIG.stop("crashed");
        RIG.told.clear();
        RIG.lanesFreeUpTo = 6;
        RIG.campaigns.ping("t1", "crashed");
        Until.holds("all are fed", PATIENCE, () -> RIG.campaign("crashed").through() == 6);
        assertThat(RIG.told)
                .contains("feed t1/crashed-3", "feed t1/crashed-6")
                .doesNotContain("feed t1/crashed-1", "feed t1/crashed-2");
    }

    @Test
    void aMessageThatFindsNoLaneIsFedAgainUntilItDoes() {
        RIG.lanesFreeUpTo = 0;
        running("slow", 1);
        Until.holds("it is fed again", PATIENCE, () -> RIG.told.size() >= 2);
        assertThat(RIG.campaign("slow").through()).isZero();
        RIG.lanesFreeUpTo = 1;
        Until.holds("all are fed", PATIENCE, () -> RIG.campaign("slow").through() == 1);
    }

    @Test
    void aCancelledCampaignClosesItsBooksOnlyWhenNoAttemptCanStartAnyMore() {
        fed("cancelled", 4);
        CompletableFuture<List<String>> halted = new CompletableFuture<>();
        RIG.dispatch.halted = halted;
        // As if the last attempt had not begun yet: to the books all looks settled.
        RIG.count("cancelled", 0, 3);
        await(RIG.campaigns.cancel("t1", "cancelled"));
        Until.holds(
                "its books are asked for",
                PATIENCE,
                () -> RIG.dispatch.told.stream().filter("halt"::equals).count() >= 2);
        assertThat(RIG.campaign("cancelled").cancelling()).isTrue();
        RIG.count("cancelled", 0, 4);
        halted.complete(List.of());
        RIG.becomes("cancelled", Status.CANCELLED);
        assertThat(RIG.campaign("cancelled").closing()).isEqualTo(new Ledger(4, 0, 0, 0, 4, 0, 0, 0, 0));
    }

    @Test
    void sendingFailuresAgainOpensTheBooksOfACompletedCampaignUntilAllIsSettled() {
        fed("resent", 3);
        RIG.count("resent", 0, 3);
        RIG.becomes("resent", Status.COMPLETED);
        RIG.count("resent", 1, 2);
        RIG.dispatch.told.clear();
        await(RIG.campaigns.retryFailed("t1", "resent"));
        assertThat(RIG.books("resent").inFlight()).isEqualTo(1);
        Until.holds(
                "the failures are told", PATIENCE, () -> RIG.campaign("resent").retrying() == null);
        assertThat(RIG.campaign("resent").closing()).isNull();
        RIG.stop("resent");
        RIG.count("resent", 0, 3);
        RIG.campaigns.ping("t1", "resent");
        Until.holds("they are closed", PATIENCE, () -> RIG.campaign("resent").closing() != null);
        assertThat(RIG.books("resent")).isEqualTo(new Ledger(3, 0, 0, 0, 3, 0, 0, 0, 0));
        assertThat(RIG.campaign("resent").status()).isEqualTo(Status.COMPLETED);
        assertThat(RIG.dispatch.told).containsExactly("forget");
        Until.holds("it leaves memory", PATIENCE, () -> !RIG.isInMemory("resent"));
    }

    @Test
    void aScheduledCampaignStartsWhenItIsWokenInTime() {
        RIG.draft("later", Definitions.named("later"), 1);
        await(RIG.campaigns.schedule("t1", "later", RIG.clock.instant().plusSeconds(60)));
        RIG.campaigns.ping("t1", "later");
        assertThat(RIG.campaign("later").status()).isEqualTo(Status.SCHEDULED);
        RIG.clock.forward(Duration.ofSeconds(61));
        RIG.stop("later");
        RIG.campaigns.ping("t1", "later");
        RIG.becomes("later", Status.RUNNING);
        assertThat(RIG.campaign("later").startedAt()).isAfter(T0);
    }

    @Test
    void aCampaignWhoseImportIsGoneFails() {
        Definition definition = new Definition(
                "import",
                "tpl-1",
                1,
                new Definition.Audience("no-such-import", 0),
                List.of(new Definition.Step(Channel.SMS, "sms-1", null)),
                true,
                Category.MARKETING,
                UnknownPolicy.PREFER_DUPLICATE,
                null,
                null,
                Map.of());
        RIG.draft("import", definition, 0);
        await(RIG.campaigns.start("t1", "import"));
        RIG.becomes("import", Status.FAILED);
        assertThat(RIG.campaign("import").failure()).isEqualTo("its import is gone");
    }

    @Test
    void aCommandThatCannotBeJournaledIsAnsweredSoAndLeavesNoTrace() {
        RIG.draft("refused", Definitions.named("refused"), 1);
        RIG.sql(
                "ALTER TABLE event_journal ADD CONSTRAINT closed CHECK (persistence_id <> 'Campaign|t1/refused') NOT VALID");
        try {
            assertThatThrownBy(() -> await(RIG.campaigns.start("t1", "refused")))
                    .hasCauseInstanceOf(DatabaseAway.class);
        } finally {
            RIG.sql("ALTER TABLE event_journal DROP CONSTRAINT closed");
        }
        assertThat(RIG.campaign("refused").status()).isEqualTo(Status.DRAFT);
        assertThat(RIG.dispatch.told).isEmpty();
        await(RIG.campaigns.start("t1", "refused"));
        Until.holds("all are fed", PATIENCE, () -> RIG.campaign("refused").through() == 1);
    }

    @Test
    void aCommandWhoseSenderWasToldThatItCouldNotBeDoneIsNotDoneLater() {
        RIG.draft("late", Definitions.named("late"), 1);
        assertThat(await(RIG.ask(
                        "late", new CampaignCommand.Start(), RIG.clock.instant().minusMillis(1))))
                .isEqualTo(CampaignEntity.NotJournaled.YET);
        assertThat(RIG.campaign("late").status()).isEqualTo(Status.DRAFT);
        assertThat(await(RIG.ask("late", new CampaignCommand.Start(), RIG.clock.instant())))
                .isInstanceOf(Done.class);
    }

    @Test
    void whatBecomesOfItIsLoggedInASentence() {
        try (Logged logged = new Logged(CampaignEntity.class)) {
            RIG.draft("logged", Definitions.named("logged"), 1);
            assertThat(logged.messages()).containsExactly("a campaign changed");
        }
    }

    @Test
    void aNewRateIsAnsweredWhenItIsInForce() {
        RIG.draft("rated", Definitions.named("rated"), 1);
        Done done = (Done) await(RIG.campaigns.changeRate("t1", "rated", 12.5));
        assertThat(done.campaign().definition().ratePerSecond()).isEqualTo(12.5);
        assertThat(RIG.dispatch.told).containsExactly("rate");
    }
}
