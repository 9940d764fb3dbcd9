package io.herald.campaign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be asked of a campaign in each of its states; the rest is a conflict and changes nothing. */
class CampaignStatesTest {
    private static final Customer CUSTOMER = TestNode.shared().customer();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final Customer.Account ACCOUNT = CUSTOMER.twilio(VENDOR);
    private static final String TEMPLATE = CUSTOMER.template();
    private static final String LATER = "{\"scheduled_at\": \"2999-01-01T00:00:00Z\"}";

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    private static String path(String campaign) {
        return "/api/v1/campaigns/" + campaign;
    }

    /** One that stays in its state: its rate lets hardly anything go. */
    private static String campaignThatIs(String state) {
        Map<String, ?> slow = state.equals("completed") ? Map.of() : Map.of("rate_per_second", 0.001);
        String campaign = CUSTOMER.campaign(TEMPLATE, List.of(Customer.step("sms", ACCOUNT)), 3, slow);
        Api api = CUSTOMER.api();
        switch (state) {
            case "scheduled" -> api.post(path(campaign) + "/schedule", LATER).expect(200);
            case "running" -> api.post(path(campaign) + "/start").expect(200);
            case "paused" -> {
                api.post(path(campaign) + "/start").expect(200);
                api.post(path(campaign) + "/pause").expect(200);
            }
            case "completed" -> {
                api.post(path(campaign) + "/start").expect(200);
                CUSTOMER.ended(campaign);
            }
            case "cancelled" -> api.post(path(campaign) + "/cancel").expect(200);
            default -> assertThat(state).isEqualTo("draft");
        }
        assertThat(api.get(path(campaign)).at("/status")).isEqualTo(state);
        return campaign;
    }

    private static Api.Reply ask(String campaign, String verb) {
        Api api = CUSTOMER.api();
        return switch (verb) {
            case "schedule" -> api.post(path(campaign) + "/schedule", LATER);
            case "rate" -> api.put(path(campaign) + "/rate", "{\"rate_per_second\": 2}");
            case "change" -> api.patch(path(campaign), "{\"name\": \"Other\"}");
            case "delete" -> api.delete(path(campaign));
            default -> api.post(path(campaign) + "/" + verb);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "draft, pause resume retry-failed",
        "scheduled, pause resume retry-failed change",
        "running, schedule start resume change delete",
        "paused, schedule start change delete",
        "completed, schedule start pause resume cancel rate change delete",
        "cancelled, schedule start pause resume retry-failed rate change delete"
    })
    void whatAStateDoesNotAllowIsAConflictAndChangesNothing(String state, String verbs) {
        String campaign = campaignThatIs(state);
        for (String verb : verbs.split(" ", -1)) {
            Api.Reply refused = ask(campaign, verb);
            assertThat(refused.status())
                    .as("%s of a %s one: %s", verb, state, refused)
                    .isEqualTo(409);
            assertThat(refused.at("/detail")).isNotEmpty();
            assertThat(CUSTOMER.api().get(path(campaign)).at("/status")).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "draft, schedule, 200, scheduled",
        "draft, start, 200, running",
        "draft, cancel, 200, cancelled",
        "draft, rate, 200, draft",
        "draft, change, 200, draft",
        "draft, delete, 204, ''",
        "scheduled, schedule, 200, scheduled",
        "scheduled, start, 200, running",
        "scheduled, cancel, 200, cancelled",
        "scheduled, rate, 200, scheduled",
        "scheduled, delete, 204, ''",
        "running, pause, 200, paused",
        "running, retry-failed, 200, running",
        "running, rate, 200, running",
        "paused, pause, 200, paused",
        "paused, resume, 200, running",
        "paused, rate, 200, paused",
        "paused, retry-failed, 200, paused",
        "completed, retry-failed, 200, completed",
        "cancelled, cancel, 200, cancelled"
    })
    void whatAStateAllowsLeadsToTheNext(String state, String verb, int status, String next) {
        Api.Reply answered = ask(campaignThatIs(state), verb).expect(status);
        assertThat(status == 204 ? "" : answered.at("/status")).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"running", "paused"})
    void aCancelledOneEndsWhenNothingIsInFlight(String state) {
        String campaign = campaignThatIs(state);
        assertThat(ask(campaign, "cancel").expect(200).at("/status")).isIn(state, "cancelled");
        assertThat(CUSTOMER.ended(campaign).path("status").asText()).isEqualTo("cancelled");
    }

    @Test
    void aTimeToStartMustLieAhead() {
        String campaign = campaignThatIs("draft");
        CUSTOMER.api().post(path(campaign) + "/schedule").expect(422);
        CUSTOMER.api()
                .post(path(campaign) + "/schedule", "{\"scheduled_at\": \"2020-01-01T00:00:00Z\"}")
                .expect(422);
        CUSTOMER.api()
                .call("POST", path(campaign) + "/schedule")
                .json("{\"scheduled_at\": \"soon\"}")
                .wrong()
                .send()
                .expect(400);
        CUSTOMER.api().patch(path(campaign), LATER).expect(200);
        assertThat(CUSTOMER.api().post(path(campaign) + "/schedule").expect(200).at("/status"))
                .isEqualTo("scheduled");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{\"rate_per_second\": 0}",
                "{\"rate_per_second\": -5}",
                "{\"rate_per_second\": \"fast\"}",
                "{\"rate_per_second\": 1000001}",
                "{\"rate_per_second\": 5, \"burst\": 5}"
            })
    void aRateThatIsNoneIsRefused(String body) {
        Api.Reply refused = CUSTOMER.api()
                .call("PUT", path(campaignThatIs("draft")) + "/rate")
                .json(body)
                .wrong()
                .send()
                .expect(400);
        assertThat(refused.errors()).hasSize(1);
    }

    @Test
    void aRateOfNullIsNoRate() {
        String campaign = campaignThatIs("draft");
        Api.Reply changed = CUSTOMER.api()
                .put(path(campaign) + "/rate", "{\"rate_per_second\": null}")
                .expect(200);
        assertThat(changed.json().has("rate_per_second")).isFalse();
    }
}
