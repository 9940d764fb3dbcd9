package io.herald.campaign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.OpenApi;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Campaigns from their draft to closed books, as a customer sees them. */
class CampaignRunTest {
    private static final TestNode NODE = TestNode.shared();
    private static final int MANY = 150;

    private final Customer customer = NODE.customer();
    private final Api api = customer.api();
    private final String template = customer.template();

    private static String path(String campaign, String rest) {
        return "/api/v1/campaigns/" + campaign + rest;
    }

    private Api.Reply verb(String campaign, String verb) {
        return api.post(path(campaign, "/" + verb)).expect(200);
    }

    private static void ledger(JsonNode stats, String place, int count) {
        assertThat(stats.at("/ledger/" + place).asInt())
                .as("%s of %s", place, stats)
                .isEqualTo(count);
        assertThat(stats.at("/ledger/balanced").asBoolean()).as("%s", stats).isTrue();
    }

    private void delivered(String campaign, int count) {
        Until.holds(
                () -> count + " are delivered: " + customer.stats(campaign),
                Duration.ofSeconds(20),
                () -> customer.stats(campaign).path("delivered").asInt() == count);
    }

    @Test
    void everyRecipientIsSentToOnceAndTheBooksAreClosed() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(template, account, MANY);
            Api.Reply started = verb(campaign, "start");
            assertThat(started.at("/status")).isEqualTo("running");
            JsonNode stats = customer.ended(campaign);
            assertThat(stats.path("status").asText()).isEqualTo("completed");
            ledger(stats, "targeted", MANY);
            ledger(stats, "accepted", MANY);
            assertThat(stats.path("segments").asInt()).isEqualTo(MANY);
            delivered(campaign, MANY);

            List<String> ids = new ArrayList<>();
            api.get(path(campaign, "/messages?limit=1000"))
                    .expect(200)
                    .json()
                    .path("items")
                    .forEach(message -> ids.add(message.path("id").asText()));
            assertThat(ids)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, MANY)
                            .mapToObj(n -> campaign + "-" + n)
                            .toList());
            assertThat(vendor.summary().accepted()).isEqualTo(MANY);
            assertThat(vendor.summary().duplicates()).isZero();

            JsonNode ended = api.get(path(campaign, "")).expect(200).json();
            assertThat(ended.path("targeted").asInt()).isEqualTo(MANY);
            assertThat(Instant.parse(ended.path("ended_at").asText()))
                    .isAfterOrEqualTo(Instant.parse(ended.path("started_at").asText()));
            assertThat(api.get("/api/v1/messages?limit=1000&campaign_id=" + campaign)
                            .json()
                            .path("items"))
                    .hasSize(MANY);
        }
    }

    @Test
    void aFallbackIsCountedAndEveryoneIsReached() {
        try (Simulator vendor = TestNode.simulator("incapable=0.4")) {
            List<Map<String, ?>> route = List.of(
                    Customer.step("rcs", customer.gupshup(vendor)), Customer.step("sms", customer.twilio(vendor)));
            String campaign = customer.campaign(template, route, MANY, Map.of());
            verb(campaign, "start");
            JsonNode stats = customer.ended(campaign);
            ledger(stats, "accepted", MANY);
            int fallback = stats.path("fallback").asInt();
            assertThat(fallback).isBetween(1, MANY - 1);
            JsonNode page =
                    api.get(path(campaign, "/messages?limit=1000")).json().path("items");
            int bySms = 0;
            for (JsonNode message : page) {
                bySms += message.path("channel").asText().equals("sms") ? 1 : 0;
            }
            assertThat(bySms).isEqualTo(fallback);
        }
    }

    @Test
    void withoutFallbackWhoIsNotReachedFails() {
        try (Simulator vendor = TestNode.simulator("incapable=1.0")) {
            List<Map<String, ?>> route = List.of(
                    Customer.step("rcs", customer.gupshup(vendor)), Customer.step("sms", customer.twilio(vendor)));
            String campaign = customer.campaign(template, route, 5, Map.of("fallback", false));
            verb(campaign, "start");
            JsonNode stats = customer.ended(campaign);
            ledger(stats, "failed", 5);
            JsonNode why = api.get(path(campaign, "/why")).expect(200).json();
            assertThat(why.at("/reasons/0/code").asText()).isEqualTo("messages_failed");
            assertThat(why.at("/reasons/0/messages").asInt()).isEqualTo(5);
            assertThat(api.get(path(campaign, "/messages?status=failed")).json().path("items"))
                    .hasSize(5);
            assertThat(api.get(path(campaign, "/messages?status=delivered"))
                            .json()
                            .path("items"))
                    .isEmpty();
        }
    }

    @Test
    void whoOptedOutIsTargetedAndSuppressed() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            api.post("/api/v1/opt-outs", Api.write(Map.of("channel", "sms", "address", Customer.number(1))))
                    .expect(201);
            String campaign = customer.campaign(template, account, 3);
            verb(campaign, "start");
            JsonNode stats = customer.ended(campaign);
            ledger(stats, "targeted", 3);
            ledger(stats, "suppressed", 1);
            ledger(stats, "accepted", 2);
            JsonNode second = api.get(path(campaign, "/messages")).json().at("/items/1");
            assertThat(second.path("to").asText()).isEqualTo(Customer.number(1));
            assertThat(second.path("status").asText()).isEqualTo("suppressed");
            assertThat(vendor.summary().requests()).isEqualTo(2);
        }
    }

    @Test
    void anImportIsAnAudienceWithItsAttributesAsVariables() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String imported = api.call("POST", "/api/v1/contacts/imports")
                    .body(
                            "text/csv",
                            "phone,name,unused\n+14155550100,Ada,1\n+14155550100,Lady Ada,2\n+14155550101,,3\n")
                    .send()
                    .expect(202)
                    .at("/id");
            String campaign = customer.campaign(
                    template,
                    List.of(Customer.step("sms", account)),
                    0,
                    Map.of("audience", Map.of("import_id", imported)));
            verb(campaign, "start");
            JsonNode stats = customer.ended(campaign);
            ledger(stats, "targeted", 2);
            ledger(stats, "accepted", 2);
        }
    }

    @Test
    void itsStatsAreStreamedUntilItHasEnded() {
        try (Simulator vendor = TestNode.simulator("latency=100ms")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(
                    template, List.of(Customer.step("sms", account)), 40, Map.of("rate_per_second", 20));
            verb(campaign, "start");
            List<JsonNode> events = new ArrayList<>();
            try (Stream<String> lines =
                    api.call("GET", path(campaign, "/events")).lines()) {
                List<String> all = lines.toList();
                assertThat(all).contains("event: stats");
                all.stream()
                        .filter(line -> line.startsWith("data: "))
                        .forEach(line -> events.add(Api.parse(line.substring(6))));
            }
            assertThat(events).hasSizeGreaterThanOrEqualTo(2).allSatisfy(event -> {
                assertThat(OpenApi.document().wrongInResponse("CampaignStats", event))
                        .isEmpty();
                assertThat(event.at("/ledger/balanced").asBoolean()).isTrue();
            });
            assertThat(events.getFirst().path("status").asText()).isEqualTo("running");
            assertThat(events.getLast().path("status").asText()).isEqualTo("completed");
        }
    }

    @Test
    void pauseMeansPauseUntilItIsResumed() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(
                    template, List.of(Customer.step("sms", account)), 60, Map.of("rate_per_second", 30));
            verb(campaign, "start");
            Until.holds(
                    "some are sent",
                    Duration.ofSeconds(10),
                    () -> vendor.summary().accepted() > 5);
            JsonNode paused = verb(campaign, "pause").json();
            long sent = vendor.summary().requests();
            assertThat(paused.path("status").asText()).isEqualTo("paused");
            assertThat(paused.path("in_flight_count").asInt())
                    .isEqualTo(paused.path("in_flight").size());
            assertThat(verb(campaign, "pause").at("/status")).isEqualTo("paused");
            JsonNode why = api.get(path(campaign, "/why")).json();
            assertThat(why.at("/reasons/0/code").asText()).isEqualTo("paused");
            // Other customers' messages go meanwhile: time enough for one that should not.
            try (Simulator others = TestNode.simulator("")) {
                Customer other = NODE.customer();
                String beside = other.campaign(other.template(), other.twilio(others), MANY);
                other.api().post(path(beside, "/start")).expect(200);
                other.ended(beside);
            }
            assertThat(vendor.summary().requests())
                    .isBetween(sent, sent + paused.path("in_flight_count").asInt());
            ledger(customer.stats(campaign), "targeted", 60);
            verb(campaign, "resume");
            JsonNode stats = customer.ended(campaign);
            ledger(stats, "accepted", 60);
            assertThat(vendor.summary().duplicates()).isZero();
        }
    }

    @Test
    void whatWaitsIsCancelledAndWhatWasSentStands() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(
                    template, List.of(Customer.step("sms", account)), 50, Map.of("rate_per_second", 10));
            verb(campaign, "start");
            Until.holds(
                    "some are sent",
                    Duration.ofSeconds(10),
                    () -> vendor.summary().accepted() > 2);
            verb(campaign, "cancel");
            JsonNode stats = customer.inStatus(campaign, Set.of("cancelled"));
            int accepted = stats.at("/ledger/accepted").asInt();
            ledger(stats, "targeted", 50);
            ledger(stats, "waiting", 0);
            ledger(stats, "cancelled", 50 - accepted);
            assertThat(vendor.summary().accepted()).isEqualTo(accepted);
            assertThat(api.get(path(campaign, "/messages?limit=1000&status=cancelled"))
                            .json()
                            .path("items"))
                    .hasSize(50 - accepted);
        }
    }

    @Test
    void whatFailedIsSentAgainWhenAsked() {
        try (Simulator vendor = TestNode.simulator("codes=21211:1.0")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(template, account, 4);
            verb(campaign, "start");
            ledger(customer.ended(campaign), "failed", 4);
            vendor.faults(vendor.faults().with("codes="));
            Api.Reply retried = verb(campaign, "retry-failed");
            assertThat(retried.at("/status")).isEqualTo("completed");
            delivered(campaign, 4);
            for (int n = 1; n <= 4; n++) {
                customer.message(campaign + "-" + n, Set.of("delivered"));
            }
            JsonNode stats = customer.stats(campaign);
            assertThat(stats.path("status").asText()).isEqualTo("completed");
            ledger(stats, "accepted", 4);
            ledger(stats, "failed", 0);
        }
    }

    @Test
    void aScheduledCampaignStartsByItself() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(template, account, 3);
            Instant due = Instant.now().plusMillis(1500);
            Api.Reply scheduled = api.post(
                            path(campaign, "/schedule"), Api.write(Map.of("scheduled_at", due.toString())))
                    .expect(200);
            assertThat(scheduled.at("/status")).isEqualTo("scheduled");
            assertThat(api.get(path(campaign, "/why")).at("/reasons/0/code")).isEqualTo("scheduled");
            ledger(customer.ended(campaign), "accepted", 3);
            assertThat(Instant.parse(api.get(path(campaign, "")).at("/started_at")))
                    .isAfterOrEqualTo(due.minusMillis(1));
        }
    }

    @Test
    void itsRateCanBeChangedWhileItRuns() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String campaign = customer.campaign(
                    template, List.of(Customer.step("sms", account)), 40, Map.of("rate_per_second", 0.01));
            verb(campaign, "start");
            Until.holds(
                    "it runs",
                    Duration.ofSeconds(10),
                    () -> api.get(path(campaign, "")).json().path("targeted").asInt() == 40);
            ledger(customer.stats(campaign), "targeted", 40);
            Api.Reply faster = api.put(path(campaign, "/rate"), "{\"rate_per_second\": 500}")
                    .expect(200);
            assertThat(faster.json().path("rate_per_second").asDouble()).isEqualTo(500);
            ledger(customer.ended(campaign), "accepted", 40);
        }
    }

    @Test
    void aDeletedDraftIsGone() {
        try (Simulator vendor = TestNode.simulator("")) {
            String campaign = customer.campaign(template, customer.twilio(vendor), 2);
            api.delete(path(campaign, "")).expect(204);
            for (String rest : new String[] {"", "/stats", "/messages", "/why", "/events"}) {
                api.get(path(campaign, rest)).expect(404);
            }
            api.post(path(campaign, "/start")).expect(404);
            api.delete(path(campaign, "")).expect(404);
            assertThat(api.get("/api/v1/campaigns").json().path("items")).isEmpty();
        }
    }
}
