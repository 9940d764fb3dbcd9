package io.herald.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Customer;
import io.herald.support.RetentionRig;
import io.herald.support.ShiftedClock;
import io.herald.support.TestNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Callbacks on messages that were removed: nothing of them comes back. */
class LateCallbackTest {
    /** Its messages stay in memory for as long as the test takes, longer than in the journal. */
    private static final RetentionRig RIG =
            new RetentionRig(new ShiftedClock(), Map.of("herald.message.linger", "5 minutes"));

    private static final Simulator VENDOR = TestNode.simulator("callbacks=none");
    private static final Customer CUSTOMER = RIG.customer(30);
    private static final Customer.Account TWILIO = CUSTOMER.twilio(VENDOR);
    private static final Customer.Account GUPSHUP = CUSTOMER.gupshup(VENDOR);

    @AfterAll
    static void close() {
        VENDOR.close();
        RIG.close();
    }

    /** @return what its only message was */
    private static JsonNode removed(Map<String, ?> step) {
        String campaign = CUSTOMER.campaign(CUSTOMER.template(), List.of(step), 1, Map.of());
        CUSTOMER.api().post("/api/v1/campaigns/" + campaign + "/start").expect(200);
        CUSTOMER.ended(campaign);
        JsonNode message = CUSTOMER.api()
                .get("/api/v1/messages/" + campaign + "-1")
                .expect(200)
                .json();
        RIG.days(31);
        RIG.goes(campaign);
        return message;
    }

    private static void isStillGone(JsonNode message) {
        String id = message.path("id").asText();
        CUSTOMER.api().get("/api/v1/messages/" + id).expect(404);
        for (String table : List.of("message", "message_due", "provider_ref", "campaign_ledger")) {
            assertThat(RIG.count("SELECT count(*) FROM " + table)).as(table).isZero();
        }
        assertThat(RIG.count("SELECT count(*) FROM event_journal WHERE persistence_id LIKE 'Message|%'"))
                .isZero();
        assertThat(RIG.count(
                        "SELECT count(*) FROM parked_report WHERE provider_message_id = ?",
                        message.path("provider_message_id").asText()))
                .isPositive();
    }

    @Test
    void oneThatNamesItsMessageFindsItGoneThoughItStillIsInMemory() {
        JsonNode message = removed(Customer.step("sms", TWILIO));
        Callback callback = Callback.of(
                CUSTOMER,
                TWILIO,
                Map.of("MessageSid", message.path("provider_message_id").asText(), "MessageStatus", "delivered"));
        Callback named = callback.to(callback.target() + "?tenant=" + CUSTOMER.id() + "&message="
                + message.path("id").asText() + "&attempt=1");
        named.send().expect(503);
        named.send().expect(200);
        isStillGone(message);
    }

    @Test
    void oneByTheProvidersOwnIdIsParked() {
        JsonNode message = removed(Customer.step("rcs", GUPSHUP));
        // An id that a lane has just been told is remembered for a minute, and leads to the message in memory.
        RIG.node
                .anyone()
                .call(
                        "POST",
                        GUPSHUP.webhookUrl().substring(RIG.node.anyone().base().length()))
                .json("{\"type\": \"message-event\", \"payload\": {\"id\": \""
                        + message.path("provider_message_id").asText() + "\", \"type\": \"delivered\"}}")
                .send()
                .expect(503);
        RIG.node
                .anyone()
                .call(
                        "POST",
                        GUPSHUP.webhookUrl().substring(RIG.node.anyone().base().length()))
                .json("{\"type\": \"message-event\", \"payload\": {\"id\": \""
                        + message.path("provider_message_id").asText() + "\", \"type\": \"read\"}}")
                .send()
                .expect(200);
        isStillGone(message);
    }
}
