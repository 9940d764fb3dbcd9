package io.herald.dispatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and lanes as the administrator sees them. */
class DispatchRoutesTest {
    private static final TestNode NODE = TestNode.shared();

    private final Api admin = NODE.administrator();
    private final Customer customer = NODE.customer();

    @Test
    void aProvidersLimitReplacesItsAccountsRate() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            Api.Reply set = admin.put(
                            "/admin/limits/provider/" + account.id(), "{\"rate_per_second\": 7, \"burst\": 3}")
                    .expect(200);
            assertThat(set.at("/kind")).isEqualTo("provider");
            assertThat(set.json().path("burst").asInt()).isEqualTo(3);
            assertThat(admin.get("/admin/provider-accounts/" + account.id())
                            .json()
                            .path("rate_per_second")
                            .asDouble())
                    .isEqualTo(7);
            Api.Reply without = admin.put("/admin/limits/provider/" + account.id(), "{\"rate_per_second\": 0.5}")
                    .expect(200);
            assertThat(without.json().has("burst")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender/+15005550006", "tenant/acme", "campaign/0123456789abcdef"})
    void aLimitIsListedOnceSet(String key) {
        admin.put("/admin/limits/" + key, "{\"rate_per_second\": 100}").expect(200);
        List<String> listed = StreamSupport.stream(
                        admin.get("/admin/limits?limit=1000")
                                .expect(200)
                                .json()
                                .path("items")
                                .spliterator(),
                        false)
                .map(item -> item.path("kind").asText() + "/" + item.path("id").asText())
                .toList();
        assertThat(listed).contains(key);
        admin.put("/admin/limits/" + key, "{\"rate_per_second\": 1000000}").expect(200);
    }

    @Test
    void aLimitOfNothingIsNotFound() {
        admin.put("/admin/limits/provider/nobody", "{\"rate_per_second\": 1}").expect(404);
        admin.call("PUT", "/admin/limits/galaxy/milky-way")
                .json("{\"rate_per_second\": 1}")
                .wrong()
                .send()
                .expect(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"rate_per_second\": null}",
                "{\"rate_per_second\": 0}",
                "{\"rate_per_second\": -1}",
                "{\"rate_per_second\": 1000001}",
                "{\"rate_per_second\": \"10\"}",
                "{\"rate_per_second\": 1, \"burst\": 0}",
                "{\"rate_per_second\": 1, \"burst\": 1.5}",
                "{\"rate_per_second\": 1, \"per\": \"minute\"}"
            })
    void aLimitThatIsNoneIsRefused(String body) {
        Api.Reply refused = admin.call("PUT", "/admin/limits/tenant/acme")
                .json(body)
                .wrong()
                .send()
                .expect(400);
        assertThat(refused.errors()).hasSize(1);
    }

    @Test
    void aLaneShowsWhatWentItsWay() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            assertThat(lane(account).path("state").asText()).isEqualTo("idle");
            String id = customer.api()
                    .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                    .expect(202)
                    .at("/id");
            customer.message(id, Set.of("delivered"));
            assertThat(lane(account).path("state").asText()).isEqualTo("open");
            assertThat(lane(account).at("/breaker/state").asText()).isEqualTo("closed");
        }
    }

    @Test
    void aMisconfiguredLanePausesAndCanBeResumed() {
        try (Simulator vendor = TestNode.simulator("codes=20003:1.0")) {
            Customer.Account account = customer.twilio(vendor);
            customer.api()
                    .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                    .expect(202);
            Until.holds(
                    () -> "the lane pauses: " + lane(account),
                    Duration.ofSeconds(15),
                    () -> lane(account).path("state").asText().equals("paused"));
            assertThat(lane(account).at("/breaker/reason").asText()).isNotEmpty();
            Api.Reply resumed =
                    admin.post("/admin/lanes/" + account.id() + "/resume").expect(200);
            assertThat(resumed.at("/id")).isEqualTo(account.id());
            admin.post("/admin/lanes/nobody/resume").expect(404);
        }
    }

    private JsonNode lane(Customer.Account account) {
        for (JsonNode lane :
                admin.get("/admin/lanes?limit=1000").expect(200).json().path("items")) {
            if (lane.path("id").asText().equals(account.id())) {
                return lane;
            }
        }
        throw new AssertionError("no lane of " + Map.of("account", account.id()));
    }
}
