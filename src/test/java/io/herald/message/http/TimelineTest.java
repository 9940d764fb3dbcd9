package io.herald.message.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Everything that happened to a message, in order, in the journal's own words. */
class TimelineTest {
    private final Customer customer = TestNode.shared().customer();
    private final Api api = customer.api();

    private JsonNode timeline(String id) {
        JsonNode items = api.get("/api/v1/messages/" + id + "/timeline")
                .expect(200)
                .json()
                .path("items");
        Instant before = Instant.EPOCH;
        for (int i = 0; i < items.size(); i++) {
            assertThat(items.get(i).path("seq").asInt()).isEqualTo(i + 1);
            Instant at = Instant.parse(items.get(i).path("at").asText());
            assertThat(at).isAfterOrEqualTo(before);
            before = at;
        }
        return items;
    }

    private static List<String> types(JsonNode items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.path("type").asText())
                .toList();
    }

    private String send(Map<String, ?> more) {
        Map<String, Object> message = new java.util.HashMap<>(Map.of("to", "+14155550100", "body", "Hello"));
        message.putAll(more);
        return api.post("/api/v1/messages", Api.write(message)).expect(202).at("/id");
    }

    @Test
    void ofAMessageThatArrives() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            String id = send(Map.of());
            customer.message(id, Set.of("delivered"));
            JsonNode items = timeline(id);
            assertThat(types(items))
                    .containsExactly("message-queued", "attempt-started", "attempt-accepted", "message-delivered");
            JsonNode started = items.get(1);
            assertThat(started.path("attempt").asInt()).isEqualTo(1);
            assertThat(started.path("account").asText()).isEqualTo(account.id());
            assertThat(started.path("consent").asText()).isEqualTo("not_opted_out");
            assertThat(started.path("idempotency_key").asText()).isEqualTo(id + "/0");
            assertThat(items.get(2).path("provider_message_id").asText()).startsWith("SM");
        }
    }

    @Test
    void ofAMessageThatFallsBack() {
        try (Simulator vendor = TestNode.simulator("incapable=1.0")) {
            List<Map<String, ?>> route = List.of(
                    Customer.step("rcs", customer.gupshup(vendor)), Customer.step("sms", customer.twilio(vendor)));
            String id = send(Map.of("route", route));
            JsonNode message = customer.message(id, Set.of("delivered"));
            assertThat(message.path("channel").asText()).isEqualTo("sms");
            JsonNode items = timeline(id);
            assertThat(types(items))
                    .containsSubsequence(
                            "message-queued",
                            "attempt-started",
                            "route-fell-back",
                            "attempt-started",
                            "attempt-accepted",
                            "message-delivered");
            JsonNode fallback = StreamSupport.stream(items.spliterator(), false)
                    .filter(item -> item.path("type").asText().equals("route-fell-back"))
                    .findFirst()
                    .orElseThrow();
            assertThat(fallback.path("from_route").asInt()).isZero();
            assertThat(fallback.path("to_route").asInt()).isEqualTo(1);
            assertThat(fallback.path("reason").asText()).isNotEmpty();
        }
    }

    @Test
    void ofAMessageThatIsRefusedForGood() {
        try (Simulator vendor = TestNode.simulator("codes=21211:1.0")) {
            customer.twilio(vendor);
            String id = send(Map.of());
            JsonNode message = customer.message(id, Set.of("failed"));
            assertThat(message.at("/error/class").asText()).isEqualTo("permanent_recipient");
            assertThat(message.at("/error/code").asText()).isEqualTo("21211");
            assertThat(types(timeline(id)))
                    .containsExactly("message-queued", "attempt-started", "attempt-rejected", "message-failed");
        }
    }

    @Test
    void ofAMessageThatDoesNotArrive() {
        try (Simulator vendor = TestNode.simulator("undelivered=1.0")) {
            customer.twilio(vendor);
            String id = send(Map.of());
            customer.message(id, Set.of("failed"));
            assertThat(types(timeline(id)))
                    .containsExactly(
                            "message-queued",
                            "attempt-started",
                            "attempt-accepted",
                            "message-undelivered",
                            "message-failed");
        }
    }

    @Test
    void ofAMessageThatMustBeTriedAgain() {
        try (Simulator vendor = TestNode.simulator("error=1.0")) {
            customer.twilio(vendor);
            String id = send(Map.of());
            customer.message(id, Set.of("retrying"));
            vendor.faults(vendor.faults().with("error=0"));
            customer.message(id, Set.of("delivered"));
            assertThat(types(timeline(id)))
                    .startsWith("message-queued", "attempt-started", "attempt-rejected", "attempt-started")
                    .endsWith("attempt-accepted", "message-delivered");
        }
    }

    @Test
    void ofAMessageWhoseAnswerWasLost() {
        try (Simulator vendor = TestNode.simulator("reset_after_accept=1.0,callbacks=none")) {
            customer.twilio(vendor);
            String id = send(Map.of());
            customer.message(id, Set.of("sent", "delivered"));
            JsonNode items = timeline(id);
            assertThat(types(items))
                    .startsWith("message-queued", "attempt-started", "attempt-unknown", "attempt-resolved");
            assertThat(items.get(3).path("by").asText()).isEqualTo("look_up");
            assertThat(items.get(3).path("outcome").asText()).isEqualTo("accepted");
        }
    }

    @Test
    void ofAMessageThatWaitsAndIsCancelled() {
        try (Simulator vendor = TestNode.simulator("")) {
            customer.twilio(vendor);
            String id =
                    send(Map.of("scheduled_at", Instant.now().plusSeconds(3600).toString()));
            api.delete("/api/v1/messages/" + id).expect(200);
            assertThat(types(timeline(id))).containsExactly("message-scheduled", "message-cancelled");
        }
    }

    @Test
    void ofAMessageThatIsRead() {
        try (Simulator vendor = TestNode.simulator("read=1.0,callbacks=all")) {
            Customer.Account account = customer.gupshup(vendor);
            String id = send(Map.of("route", List.of(Customer.step("rcs", account))));
            customer.message(id, Set.of("read"));
            assertThat(types(timeline(id)))
                    .startsWith("message-queued", "attempt-started", "attempt-accepted")
                    .endsWith("message-read");
        }
    }

    @Test
    void ofAMessageThatExpires() {
        try (Simulator vendor = TestNode.simulator("error=1.0")) {
            customer.twilio(vendor);
            String id = send(Map.of("ttl_seconds", 1));
            customer.message(id, Set.of("expired"));
            assertThat(types(timeline(id))).startsWith("message-queued").endsWith("message-expired");
        }
    }
}
