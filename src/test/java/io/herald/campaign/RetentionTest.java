package io.herald.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.SettingsException;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.Logged;
import io.herald.support.RetentionRig;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of messages whose time is over, and of all others, in a running node. */
class RetentionTest {
    private static final RetentionRig RIG = new RetentionRig();
    private static final Simulator VENDOR = TestNode.simulator("incapable=0.3,undelivered=0.2");
    private static final Simulator SILENT = TestNode.simulator("callbacks=none");
    private static final List<String> TABLES =
            List.of("message", "message_due", "provider_ref", "campaign_recipient", "campaign_ledger", "campaign");
    private static final String EVENTS_OF_MESSAGES = "SELECT count(*) FROM event_journal WHERE persistence_id LIKE ?";

    @AfterAll
    static void close() {
        VENDOR.close();
        SILENT.close();
        RIG.close();
    }

    private static String path(String campaign) {
        return "/api/v1/campaigns/" + campaign;
    }

    private static String messages(Customer customer, String campaign) {
        return "Message|" + customer.id() + "/" + campaign + "-%";
    }

    private static long rows(String table, Customer customer) {
        return RIG.count("SELECT count(*) FROM " + table + " WHERE tenant_id = ?", customer.id());
    }

    @Test
    void anEndedCampaignsMessagesGoAndItsNumbersStay() {
        Customer customer = RIG.customer(90);
        String campaign = RIG.ended(customer, VENDOR, 30);
        JsonNode stats = customer.stats(campaign);
        JsonNode before = customer.api().get(path(campaign)).json();
        assertThat(stats.at("/ledger/targeted").asInt()).isEqualTo(30);
        assertThat(stats.path("fallback").asInt()).isPositive();
        assertThat(RIG.count(EVENTS_OF_MESSAGES, messages(customer, campaign))).isGreaterThan(60);
        assertThat(before.has("messages_removed_at")).isFalse();

        RIG.days(91);
        RIG.goes(campaign);

        assertThat(customer.stats(campaign)).isEqualTo(stats);
        JsonNode after = customer.api().get(path(campaign)).expect(200).json();
        assertThat(after.path("messages_removed_at").asText()).isNotEmpty();
        for (String field : List.of("status", "targeted", "ended_at", "name")) {
            assertThat(after.path(field)).isEqualTo(before.path(field));
        }
        assertThat(customer.api()
                        .get(path(campaign) + "/messages")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(customer.api().get("/api/v1/messages").json().path("items")).isEmpty();
        customer.api().get("/api/v1/messages/" + campaign + "-1").expect(404);
        customer.api().get("/api/v1/messages/" + campaign + "-1/timeline").expect(404);
        customer.api().delete("/api/v1/messages/" + campaign + "-1").expect(404);
        for (String table :
                List.of("message", "message_due", "provider_ref", "campaign_recipient", "campaign_ledger")) {
            assertThat(rows(table, customer)).as(table).isZero();
        }
        assertThat(RIG.count(EVENTS_OF_MESSAGES, messages(customer, campaign))).isZero();
        assertThat(RIG.count(EVENTS_OF_MESSAGES, "Campaign|" + customer.id() + "/" + campaign))
                .isGreaterThan(4);
        assertThat(customer.api().get(path(campaign) + "/why").at("/reasons/0/code"))
                .isEqualTo("messages_removed");
        Api.Reply refused =
                customer.api().post(path(campaign) + "/retry-failed").expect(409);
        assertThat(refused.at("/detail")).contains("its messages were removed");
    }

    @Test
    void aCampaignThatWasCancelledBeforeItsStartLosesItsRecipients() {
        Customer customer = RIG.customer(1);
        String campaign = customer.campaign(customer.template(), customer.twilio(VENDOR), 20);
        customer.api().post(path(campaign) + "/cancel").expect(200);
        RIG.days(2);
        RIG.goes(campaign);
        assertThat(customer.api().get(path(campaign) + "/messages").json().path("items"))
                .isEmpty();
    }

    @Test
    void whatIsOpenOrYoungerOrKeptForGoodStaysToTheRow() {
        Customer open = RIG.customer(1);
        String waiting = waitingForReports(open);
        open.campaign(open.template(), open.twilio(VENDOR), 3);
        Customer younger = RIG.customer(365);
        RIG.ended(younger, VENDOR, 8);
        Customer forGood = RIG.customer(null);
        RIG.ended(forGood, VENDOR, 8);
        Customer withdrawn = RIG.customer(365);
        RIG.ended(withdrawn, VENDOR, 8);
        RIG.node
                .administrator()
                .delete("/admin/tenants/" + withdrawn.id() + "/retention")
                .expect(204);
        Customer withoutCampaign = RIG.customer(1);
        withoutCampaign.twilio(VENDOR);
        String single = withoutCampaign
                .api()
                .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                .expect(202)
                .at("/id");
        withoutCampaign.message(single, java.util.Set.of("delivered", "failed"));
        String[] kept = {open.id(), younger.id(), forGood.id(), withdrawn.id(), withoutCampaign.id()};
        // A pass goes through tenants in the order of their making: when the last one's messages are gone, it has seen
        // the others'.
        Customer last = RIG.customer(90);
        String goes = RIG.ended(last, VENDOR, 8);
        List<String> before = everything(kept);
        assertThat(before).hasSizeGreaterThan(100);

        RIG.days(91);
        RIG.goes(goes);

        assertThat(everything(kept)).isEqualTo(before);
        assertThat(open.stats(waiting).path("status").asText()).isEqualTo("paused");
    }

    /** A paused campaign whose messages are sent, and may still fall back. */
    private static String waitingForReports(Customer customer) {
        var route =
                List.of(Customer.step("rcs", customer.gupshup(SILENT)), Customer.step("sms", customer.twilio(SILENT)));
        String campaign = customer.campaign(customer.template(), route, 5, Map.of());
        customer.api().post(path(campaign) + "/start").expect(200);
        Until.holds(
                "all are sent",
                Duration.ofSeconds(20),
                () -> customer.stats(campaign).at("/ledger/accepted").asInt() == 5);
        customer.api().post(path(campaign) + "/pause").expect(200);
        return campaign;
    }

    private static List<String> everything(String... tenants) {
        List<String> rows = new ArrayList<>();
        for (String table : TABLES) {
            rows.addAll(RIG.texts(
                    "SELECT t::text FROM " + table + " t WHERE tenant_id = ANY (?) ORDER BY 1", (Object) tenants));
        }
        rows.addAll(RIG.texts("""
                SELECT j::text FROM event_journal j WHERE split_part(split_part(persistence_id, '|', 2), '/', 1) = ANY (?)
                ORDER BY 1
                """, (Object) tenants));
        return rows;
    }

    @ParameterizedTest
    @CsvSource({
        "message, OLD.id LIKE '%-25'",
        "event_journal, OLD.persistence_id LIKE '%-25'",
        "campaign_ledger, true",
        "campaign_recipient, OLD.n = 20"
    })
    void whatBreaksOffAnywhereIsFinishedByTheNextPassAndKeepsNobodyElse(String table, String condition) {
        Customer customer = RIG.customer(90);
        String campaign = RIG.ended(customer, VENDOR, 30);
        Customer other = RIG.customer(90);
        String cancelled = other.campaign(other.template(), other.twilio(VENDOR), 3);
        other.api().post(path(cancelled) + "/cancel").expect(200);
        JsonNode stats = customer.stats(campaign);
        try (Logged log = new Logged(Retention.class)) {
            RIG.keep(
                    table,
                    "OLD." + (table.equals("event_journal") ? "persistence_id" : "tenant_id") + " LIKE '%"
                            + customer.id() + "%' AND " + condition);
            RIG.days(91);
            Until.holds(
                    "two passes have broken off",
                    Duration.ofSeconds(20),
                    () -> log.messages().stream()
                                    .filter(m -> m.contains("could not be removed"))
                                    .count()
                            > 1);
            RIG.goes(cancelled);
            assertThat(rows("campaign_recipient", customer)).isPositive();
            assertThat(customer.api().get(path(campaign) + "/messages").json().path("items"))
                    .isEmpty();
            assertThat(customer.stats(campaign)).isEqualTo(stats);
        } finally {
            RIG.keepNoMore();
        }
        RIG.goes(campaign);
        assertThat(rows("message", customer)).isZero();
        assertThat(rows("campaign_ledger", customer)).isZero();
        assertThat(RIG.count(EVENTS_OF_MESSAGES, messages(customer, campaign))).isZero();
        assertThat(customer.stats(campaign)).isEqualTo(stats);
    }

    @Test
    void aConnectionThatIsLostEndsThePassButNeitherTheJobNorTheNode() {
        try (RetentionRig slow =
                new RetentionRig(RIG.clock, Map.of("herald.retention.batch", 1, "herald.retention.pause", "20 ms"))) {
            Customer customer = slow.customer(90);
            String campaign = slow.ended(customer, VENDOR, 40);
            slow.days(91);
            Until.holds("some are gone", Duration.ofSeconds(20), () -> slow.count("SELECT count(*) FROM message") < 38);
            assertThat(slow.count("""
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE application_name = 'herald-retention' AND datname = current_database()
                    """)).isPositive();
            assertThat(slow.count("SELECT count(*) FROM message")).isPositive();
            slow.goes(campaign);
            assertThat(slow.count("SELECT count(*) FROM message")).isZero();
            slow.node.anyone().get("/health/ready").expect(200);
        }
    }

    @Test
    void theJobsOfTwoNodesDoNotCollide() {
        Customer customer = RIG.customer(90);
        List<String> campaigns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            campaigns.add(RIG.ended(customer, VENDOR, 20));
        }
        try (RetentionRig other = new RetentionRig(RIG.clock, Map.of(TestNode.DATABASE, RIG.node.databaseUrl()));
                Logged log = new Logged(Retention.class)) {
            RIG.days(91);
            campaigns.forEach(other::goes);
            for (String campaign : campaigns) {
                assertThat(RIG.count("""
                        SELECT count(*) FROM event_journal WHERE persistence_id = ?
                            AND convert_from(event_payload, 'UTF8') LIKE '%messages-removed%'
                        """, "Campaign|" + customer.id() + "/" + campaign))
                        .isEqualTo(1);
            }
            Until.holds(
                    () -> "each was removed once: " + log.messages(),
                    Duration.ofSeconds(10),
                    () -> log.messages().size() >= campaigns.size());
            assertThat(log.messages()).hasSize(campaigns.size()).containsOnly("a campaign's messages were removed");
        }
    }

    @Test
    void aWrongSettingIsNamed() {
        Duration hour = Duration.ofHours(1);
        assertThatThrownBy(() -> new RetentionSettings(Duration.ZERO, 1000, hour))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("herald.retention.interval");
        assertThatThrownBy(() -> new RetentionSettings(hour, 0, hour)).hasMessageContaining("herald.retention.batch");
        assertThatThrownBy(() -> new RetentionSettings(hour, 1, Duration.ofMillis(-1)))
                .hasMessageContaining("herald.retention.pause");
    }
}
