package io.herald.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks over HTTP: who is believed, and what follows. */
class WebhooksApiTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Simulator VENDOR = TestNode.simulator("callbacks=none");
    private static final Customer CUSTOMER = NODE.customer();
    private static final Customer.Account TWILIO = CUSTOMER.twilio(VENDOR);
    private static final Customer.Account GUPSHUP = CUSTOMER.gupshup(VENDOR);

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    private static JsonNode sent() {
        String id = CUSTOMER.api()
                .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                .expect(202)
                .at("/id");
        return CUSTOMER.message(id, Set.of("sent"));
    }

    private static Callback report(JsonNode message, String status) {
        return Callback.of(
                CUSTOMER,
                TWILIO,
                Map.of("MessageSid", message.path("provider_message_id").asText(), "MessageStatus", status));
    }

    private static String status(JsonNode message) {
        return CUSTOMER.api()
                .get("/api/v1/messages/" + message.path("id").asText())
                .at("/status");
    }

    private static JsonNode timeline(JsonNode message) {
        return CUSTOMER.api()
                .get("/api/v1/messages/" + message.path("id").asText() + "/timeline")
                .json();
    }

    private static String gupshup() {
        return GUPSHUP.webhookUrl().substring(CUSTOMER.api().base().length());
    }

    private static Api.Call gupshup(String target, String json) {
        return NODE.anyone().call("POST", target).json(json);
    }

    @Test
    void aReportTakesEffectBeforeItIsAnswered() {
        JsonNode message = sent();
        report(message, "delivered").send().expect(200);
        assertThat(status(message)).isEqualTo("delivered");
    }

    @Test
    void aReportThatNamesItsMessageNeedsNoLookUp() {
        JsonNode message = sent();
        Callback named = report(message, "delivered");
        named.to(named.target() + "?tenant=" + CUSTOMER.id() + "&message="
                        + message.path("id").asText() + "&attempt=1")
                .send()
                .expect(200);
        assertThat(status(message)).isEqualTo("delivered");
    }

    @Test
    void aCallbackMayNameItsAccountItself() {
        JsonNode message = sent();
        report(message, "delivered").to("/api/v1/webhooks/twilio").send().expect(200);
        assertThat(status(message)).isEqualTo("delivered");
    }

    @Test
    void aRepeatedReportAddsNothing() {
        JsonNode message = sent();
        report(message, "delivered").send().expect(200);
        JsonNode before = timeline(message);
        for (String again : new String[] {"delivered", "sent", "queued"}) {
            report(message, again).send().expect(200);
        }
        assertThat(timeline(message)).isEqualTo(before);
    }

    @Test
    void aReportOnNobodysMessageIsTakenAndChangesNothing() {
        Callback.of(CUSTOMER, TWILIO, Map.of("MessageSid", "SMunknown", "MessageStatus", "delivered"))
                .send()
                .expect(200);
    }

    @Test
    void aStatusThatTheVendorMayInventIsTaken() {
        JsonNode message = sent();
        report(message, "teleported").send().expect(200);
        assertThat(status(message)).isEqualTo("sent");
    }

    @Test
    void whoCannotProveHimselfIsNotBelieved() {
        JsonNode message = sent();
        Callback callback = report(message, "delivered");
        callback.call().send().expect(403);
        for (String signature :
                List.of("", "nonsense", callback.with("MessageStatus", "read").signature())) {
            callback.call().header("X-Twilio-Signature", signature).send().expect(403);
        }
        Callback mangled = callback.with("MessageStatus", "failed");
        mangled.call().header("X-Twilio-Signature", callback.signature()).send().expect(403);
        callback.to(callback.target() + "?tenant=x")
                .call()
                .header("X-Twilio-Signature", callback.signature())
                .send()
                .expect(403);
        callback.api()
                .call("POST", callback.target())
                .body("application/x-www-form-urlencoded", "a=%zz")
                .header("X-Twilio-Signature", callback.signature())
                .send()
                .expect(403);
        assertThat(status(message)).isEqualTo("sent");
    }

    @Test
    void anotherAccountsSignatureProvesNothing() {
        JsonNode message = sent();
        Customer other = NODE.customer();
        Customer.Account theirs = other.twilio(VENDOR);
        Callback.of(
                        other,
                        theirs,
                        Map.of(
                                "MessageSid",
                                message.path("provider_message_id").asText(),
                                "MessageStatus",
                                "delivered"))
                .send()
                .expect(200);
        Callback forged = Callback.of(other, theirs, Map.of("MessageSid", "SM1", "MessageStatus", "delivered"));
        forged.to(report(message, "delivered").target()).send().expect(403);
        Callback.of(other, theirs, Map.of("MessageSid", "SM1", "MessageStatus", "delivered"))
                .to(theirs.webhookUrl().substring(other.api().base().length()) + "?tenant=" + CUSTOMER.id()
                        + "&message=" + message.path("id").asText() + "&attempt=1")
                .send()
                .expect(200);
        assertThat(status(message)).isEqualTo("sent");
    }

    @Test
    void garbageIsRefusedEvenWhenItIsSigned() {
        Callback.of(CUSTOMER, TWILIO, Map.of("MessageStatus", "delivered"))
                .send()
                .expect(400);
        Callback.of(CUSTOMER, TWILIO, Map.of("MessageSid", "SM1", "SmsStatus", "received", "Body", "Hi"))
                .send()
                .expect(400);
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        Callback callback = Callback.of(CUSTOMER, TWILIO, Map.of("MessageSid", "SM1", "MessageStatus", "sent"));
        for (String target : new String[] {
            "/api/v1/webhooks/pigeons",
            "/api/v1/webhooks/pigeons/" + TWILIO.id(),
            "/api/v1/webhooks/twilio/nobody",
            "/api/v1/webhooks/gupshup/" + TWILIO.id(),
            "/api/v1/webhooks/twilio/" + TWILIO.id() + "/token"
        }) {
            callback.to(target).send().expect(404);
        }
        NODE.anyone().call("POST", "/api/v1/webhooks").wrong().send().expect(404);
    }

    @Test
    void itIsAPostOfBoundedSize() {
        Api.Reply refused = NODE.anyone()
                .call("GET", "/api/v1/webhooks/twilio")
                .wrong()
                .send()
                .expect(405);
        assertThat(refused.header("Allow")).isEqualTo("POST");
        NODE.anyone()
                .call("POST", "/api/v1/webhooks/twilio")
                .body("application/x-www-form-urlencoded", "a=" + "b".repeat(1 << 20))
                .send()
                .expect(413);
    }

    @Test
    void aVendorThatSignsNothingProvesItselfByItsUrl() {
        String right = gupshup();
        String event = """
                {"type": "message-event", "payload": {"id": "unknown", "type": "delivered"}}""";
        gupshup(right, event).send().expect(200);
        String withoutToken = right.substring(0, right.lastIndexOf('/'));
        gupshup(withoutToken, event).send().expect(403);
        gupshup(withoutToken + "/00000000000000000000000000000000", event)
                .send()
                .expect(403);
        gupshup("/api/v1/webhooks/gupshup", event).send().expect(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{",
                "7",
                "{}",
                "{\"type\": \"dance\"}",
                "{\"type\": \"message-event\"}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"1\"}}",
                "[{\"eventType\": \"DELIVERED\"}]",
                "[7]"
            })
    void garbageIsRefused(String body) {
        gupshup(gupshup(), body).wrong().send().expect(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"message-event\", \"payload\": {\"id\": \"a\\u0000b\", \"type\": \"delivered\"}}",
                "{\"type\": \"message-event\", \"payload\": {\"id\": \"\\ud800\", \"type\": \"failed\"}}",
                "{\"type\": \"message-event\", \"payload\": {\"id\": \"LONG\", \"type\": \"delivered\"}}",
                "{\"type\": \"message-event\", \"payload\": {\"id\": \"1\", \"type\": \"failed\", \"payload\": {\"code\": \"\\u0000\", \"reason\": \"\\u0000\"}}}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"m-1\", \"source\": \"14155550100\", \"payload\": {\"text\": \"a\\u0000b\"}}}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"m-2\", \"source\": \"14155550100\", \"payload\": {\"text\": \"\\ud800\"}}}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"m-3\", \"source\": \"\\u0000\", \"payload\": {\"text\": \"Hi\"}}}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"m-4\", \"source\": \"LONG\", \"payload\": {\"text\": \"STOP\"}}}",
                "{\"type\": \"message\", \"payload\": {\"id\": \"LONG\", \"source\": \"14155550100\", \"payload\": {\"text\": \"LONG\"}}}",
                "{\"type\": \"user-event\", \"timestamp\": \"LONG\", \"payload\": {\"phone\": \"LONG\", \"type\": \"opted-out\"}}"
            })
    void inputIsNeverTheServersFault(String body) {
        assertThat(gupshup(gupshup(), body.replace("LONG", "x".repeat(9000)))
                        .send()
                        .status())
                .isIn(200, 400);
    }

    @Test
    void zeroCharactersInAFormAreNoReasonToFail() {
        Callback.of(
                        CUSTOMER,
                        TWILIO,
                        Map.of(
                                "MessageSid",
                                "SM0",
                                "SmsStatus",
                                "received",
                                "From",
                                "+14155550142",
                                "Body",
                                "a\u0000b"))
                .send()
                .expect(200);
    }
}
