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
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write back, and what it means for consent. */
class InboundApiTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final String PERSON = "+14155550100";

    private final Customer customer = NODE.customer();
    private final Customer.Account account = customer.twilio(VENDOR);

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    private Callback inbound(String text) {
        return Callback.of(
                customer,
                account,
                Map.of(
                        "MessageSid",
                        "SM" + UUID.randomUUID(),
                        "SmsStatus",
                        "received",
                        "From",
                        PERSON,
                        "To",
                        "+15005550006",
                        "Body",
                        text));
    }

    private boolean optedOut() {
        JsonNode items = customer.api().get("/api/v1/opt-outs").json().path("items");
        if (!items.isEmpty()) {
            assertThat(items).hasSize(1);
            assertThat(items.get(0).path("channel").asText()).isEqualTo("sms");
            assertThat(items.get(0).path("address").asText()).isEqualTo(PERSON);
            assertThat(items.get(0).path("source").asText()).isEqualTo("keyword");
        }
        return !items.isEmpty();
    }

    @Test
    void anInboundMessageIsAnsweredWithTwiml() {
        Api.Reply answer = inbound("Hello there").send().expect(200);
        assertThat(answer.header("Content-Type")).startsWith("text/xml");
        assertThat(answer.text()).endsWith("<Response/>");
        assertThat(optedOut()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STOP",
                "stop",
                "Stop",
                "  stop  ",
                "STOP.",
                "\"Stop!\"",
                "\nstop\n",
                "STOPALL",
                "UNSUBSCRIBE",
                "CANCEL",
                "END",
                "QUIT",
                "REVOKE",
                "OPTOUT",
                "opt-out",
                "Stop All"
            })
    void aStopWordOptsOutWhateverItsCaseAndPadding(String word) {
        inbound(word).send().expect(200);
        assertThat(optedOut()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Please don't stop", "nonstop", "STOP IT NOW", "bus stop?", "ENDE"})
    void aSentenceIsNoStopWord(String text) {
        inbound(text).send().expect(200);
        assertThat(optedOut()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"START", "yes", " Unstop! "})
    void aStartWordLiftsIt(String word) {
        inbound("STOP").send().expect(200);
        inbound(word).send().expect(200);
        assertThat(optedOut()).isFalse();
    }

    @Test
    void theVendorsOwnReadingCounts() {
        inbound("Arrêt").with("OptOutType", "STOP").send().expect(200);
        assertThat(optedOut()).isTrue();
    }

    @Test
    void aReplayedCallbackChangesNothing() {
        Callback stop = inbound("STOP");
        stop.send().expect(200);
        inbound("START").send().expect(200);
        stop.send().expect(200);
        assertThat(optedOut()).isFalse();
    }

    @Test
    void aForgedStopIsNone() {
        inbound("STOP").call().send().expect(403);
        assertThat(optedOut()).isFalse();
    }

    @Test
    void itBindsOneTenantAndOneChannel() {
        inbound("STOP").send().expect(200);
        Customer other = NODE.customer();
        other.twilio(VENDOR);
        assertThat(send(other, Map.of())).isEqualTo("delivered");
        Customer.Account rcs = customer.gupshup(VENDOR);
        assertThat(send(customer, Map.of("route", List.of(Customer.step("rcs", rcs)))))
                .isEqualTo("delivered");
        assertThat(send(customer, Map.of())).isEqualTo("suppressed");
        inbound("START").send().expect(200);
        assertThat(send(customer, Map.of())).isEqualTo("delivered");
    }

    private static String send(Customer customer, Map<String, ?> more) {
        Map<String, Object> message =
                new java.util.HashMap<>(Map.of("to", PERSON, "body", "Hello", "category", "marketing"));
        message.putAll(more);
        String id = customer.api()
                .post("/api/v1/messages", Api.write(message))
                .expect(202)
                .at("/id");
        return customer.message(id, Set.of("delivered", "suppressed", "failed"))
                .path("status")
                .asText();
    }

    @Test
    void aWaitingCampaignMessageIsSuppressed() {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account slow = customer.twilio(vendor);
            String campaign = customer.campaign(
                    customer.template(), List.of(Customer.step("sms", slow)), 102, Map.of("rate_per_second", 0.01));
            String path = "/api/v1/campaigns/" + campaign;
            customer.api().post(path + "/start").expect(200);
            customer.inStatus(campaign, Set.of("running"));
            // Number 100 has the person's telephone number.
            Callback stop = Callback.of(
                    customer,
                    slow,
                    Map.of(
                            "MessageSid",
                            "SM" + UUID.randomUUID(),
                            "SmsStatus",
                            "received",
                            "From",
                            Customer.number(100),
                            "Body",
                            "STOP"));
            stop.send().expect(200);
            customer.api().put(path + "/rate", "{\"rate_per_second\": 1000}").expect(200);
            JsonNode stats = customer.ended(campaign);
            assertThat(stats.at("/ledger/suppressed").asInt()).isEqualTo(1);
            assertThat(stats.at("/ledger/accepted").asInt()).isEqualTo(101);
            assertThat(customer.api()
                            .get("/api/v1/messages/" + campaign + "-101")
                            .at("/status"))
                    .isEqualTo("suppressed");
            assertThat(vendor.summary().requests()).isEqualTo(101);
        }
    }
}
