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
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single messages and bulks of them. */
class MessageRoutesTest {
    private static final String PATH = "/api/v1/messages";
    private static final Simulator VENDOR = TestNode.simulator("");

    private final Customer customer = TestNode.shared().customer();
    private final Api api = customer.api();

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    private Api.Reply send(Map<String, ?> message) {
        return api.post(PATH, Api.write(message)).expect(202);
    }

    private static List<String> ids(Api.Reply page) {
        return StreamSupport.stream(page.expect(200).json().path("items").spliterator(), false)
                .map(item -> item.path("id").asText())
                .toList();
    }

    @Test
    void whatIsAcceptedIsThereAtOnce() {
        Customer.Account account = customer.twilio(VENDOR);
        Api.Reply sent = send(Map.of("to", "+1 415 555 0100", "body", "Hello"));
        assertThat(sent.at("/to")).isEqualTo("+14155550100");
        assertThat(sent.at("/channel")).isEqualTo("sms");
        assertThat(sent.at("/from")).isEqualTo("+15005550006");
        assertThat(sent.at("/provider")).isEqualTo("twilio");
        api.get(PATH + "/" + sent.at("/id")).expect(200);
        JsonNode delivered = customer.message(sent.at("/id"), Set.of("delivered"));
        assertThat(delivered.path("provider_account").asText()).isEqualTo(account.id());
        assertThat(delivered.path("provider_message_id").asText()).startsWith("SM");
        assertThat(delivered.path("attempts").asInt()).isEqualTo(1);
        assertThat(delivered.path("segments").asInt()).isEqualTo(1);
    }

    @Test
    void metadataComesBackAsItWasGiven() {
        customer.twilio(VENDOR);
        String metadata = """
                {"order": "A-17", "n": 1, "x": 1.50, "big": 12345678901234567890, "deep": {"list": [null, true, "ü\\n"]}, "": 0}""";
        Api.Reply sent = api.post(
                        PATH, "{\"to\": \"+14155550100\", \"body\": \"Hello\", \"metadata\": " + metadata + "}")
                .expect(202);
        assertThat(sent.json().path("metadata")).isEqualTo(Api.parse(metadata));
        assertThat(api.get(PATH + "/" + sent.at("/id")).json().path("metadata")).isEqualTo(Api.parse(metadata));
    }

    @Test
    void metadataIsBounded() {
        customer.twilio(VENDOR);
        send(Map.of("to", "+14155550100", "body", "Hi", "metadata", Map.of("a", "x".repeat(8000))));
        Api.Reply refused = api.post(
                PATH, Api.write(Map.of("to", "+14155550100", "body", "Hi", "metadata", Map.of("a", "x".repeat(8200)))));
        assertThat(refused.expect(400).errors()).containsOnlyKeys("/metadata");
    }

    @Test
    void theChannelFollowsFromTheAddress() {
        customer.twilio(VENDOR);
        customer.gupshup(VENDOR);
        assertThat(send(Map.of("to", "+14155550100", "body", "Hi")).at("/channel"))
                .isEqualTo("sms");
        assertThat(send(Map.of("to", "+14155550100", "body", "Hi", "channel", "rcs"))
                        .at("/channel"))
                .isEqualTo("rcs");
        assertThat(api.post(PATH, "{\"to\": \"ada@example.com\", \"body\": \"Hi\"}")
                        .expect(422)
                        .errors()
                        .get("/channel"))
                .contains("email");
        assertThat(api.post(PATH, "{\"to\": \"ada@example.com\", \"body\": \"Hi\", \"channel\": \"sms\"}")
                        .expect(422)
                        .errors())
                .containsOnlyKeys("/to");
    }

    @Test
    void aTemplateIsRenderedWithItsVariables() {
        customer.twilio(VENDOR);
        String template = customer.template();
        String id = send(Map.of("to", "+14155550100", "template_id", template, "variables", Map.of("name", "Ada")))
                .at("/id");
        customer.message(id, Set.of("delivered"));
        for (Map<String, String> wrong : List.of(Map.<String, String>of(), Map.of("name", "A", "nam", "B"))) {
            Api.Reply refused = api.post(
                    PATH, Api.write(Map.of("to", "+14155550100", "template_id", template, "variables", wrong)));
            assertThat(refused.expect(422).errors()).containsOnlyKeys("/variables");
        }
        api.post(PATH, Api.write(Map.of("to", "+14155550100", "template_id", template, "body", "Both")))
                .expect(400);
        api.post(PATH, Api.write(Map.of("to", "+14155550100", "body", "Hi", "variables", Map.of("name", "A"))))
                .expect(400);
    }

    @Test
    void whatNoChannelTakesIsRefused() {
        customer.twilio(VENDOR);
        assertThat(api.post(PATH, "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"subject\": \"S\"}")
                        .expect(422)
                        .errors())
                .containsOnlyKeys("/subject");
        assertThat(api.post(PATH, """
                        {"to": "+14155550100", "body": "Hi",
                         "attachments": [{"url": "https://example.com/a.png", "content_type": "image/png"}]}""").expect(422).errors()).containsOnlyKeys("/attachments");
        assertThat(api.post(PATH, Api.write(Map.of("to", "+14155550100", "body", "x".repeat(1601))))
                        .expect(422)
                        .errors())
                .containsOnlyKeys("/body");
    }

    @Test
    void whatIsScheduledCanBeCancelledOnce() {
        customer.twilio(VENDOR);
        String id = send(Map.of(
                        "to", "+14155550100",
                        "body", "Later",
                        "scheduled_at", Instant.now().plusSeconds(3600).toString()))
                .at("/id");
        assertThat(api.get(PATH + "/" + id).at("/status")).isEqualTo("scheduled");
        assertThat(api.delete(PATH + "/" + id).expect(200).at("/status")).isEqualTo("cancelled");
        assertThat(api.delete(PATH + "/" + id).status()).isIn(200, 409);
        assertThat(api.get(PATH + "/" + id).at("/status")).isEqualTo("cancelled");
    }

    @Test
    void whatIsSentCannotBeCancelled() {
        customer.twilio(VENDOR);
        String id = send(Map.of("to", "+14155550100", "body", "Now")).at("/id");
        customer.message(id, Set.of("delivered"));
        api.delete(PATH + "/" + id).expect(409);
    }

    @Test
    void whatAProviderHasCannotBeCancelledThoughAFallbackMayFollow() {
        try (Simulator silent = TestNode.simulator("callback_drop=1.0")) {
            Customer.Account rcs = customer.gupshup(silent);
            Customer.Account sms = customer.twilio(silent);
            String id = send(Map.of(
                            "to", "+14155550100",
                            "body", "Now",
                            "route", List.of(Customer.step("rcs", rcs), Customer.step("sms", sms))))
                    .at("/id");
            customer.message(id, Set.of("sent"));
            api.delete(PATH + "/" + id).expect(409);
            assertThat(api.get(PATH + "/" + id).at("/status")).isEqualTo("sent");
        }
    }

    @Test
    void whatIsDueIsSent() {
        customer.twilio(VENDOR);
        String soon = send(Map.of(
                        "to", "+14155550100",
                        "body", "Soon",
                        "scheduled_at", Instant.now().plusMillis(700).toString()))
                .at("/id");
        String past = send(Map.of("to", "+14155550100", "body", "Past", "scheduled_at", "2020-01-01T00:00:00Z"))
                .at("/id");
        customer.message(soon, Set.of("delivered"));
        customer.message(past, Set.of("delivered"));
    }

    @Test
    void aListShowsWhatItsFiltersName() {
        customer.twilio(VENDOR);
        String now = send(Map.of("to", "+14155550100", "body", "Now")).at("/id");
        String later = send(Map.of(
                        "to", "+14155550101",
                        "body", "Later",
                        "scheduled_at", Instant.now().plusSeconds(3600).toString()))
                .at("/id");
        customer.message(now, Set.of("delivered"));
        assertThat(ids(api.get(PATH))).containsExactly(later, now);
        assertThat(ids(api.get(PATH + "?status=scheduled"))).containsExactly(later);
        assertThat(ids(api.get(PATH + "?to=%2B14155550100"))).containsExactly(now);
        assertThat(ids(api.get(PATH + "?to=%2B1415555010"))).isEmpty();
        assertThat(ids(api.get(PATH + "?channel=sms&status=delivered"))).containsExactly(now);
        assertThat(ids(api.get(PATH + "?channel=rcs"))).isEmpty();
        assertThat(ids(api.get(PATH + "?campaign_id=none"))).isEmpty();
        api.call("GET", PATH + "?status=lost").wrong().send().expect(400);
        api.call("GET", PATH + "?channel=pigeon").wrong().send().expect(400);
    }

    @Test
    void eachOfABulkIsAcceptedOrRefusedByItself() {
        customer.twilio(VENDOR);
        Api.Reply bulk = api.post(PATH + "/bulk", """
                        {"messages": [
                          {"to": "+14155550100", "body": "One"},
                          {"to": "nobody", "body": "Two"},
                          {"to": "+14155550102"},
                          {"to": "+14155550103", "body": "Four", "colour": "red"},
                          {"to": "+14155550104", "body": "Five"}]}
                        """).expect(202);
        assertThat(bulk.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(bulk.json().path("refused").asInt()).isEqualTo(3);
        List<Boolean> accepted = IntStream.range(0, 5)
                .mapToObj(i -> bulk.json().at("/items/" + i + "/accepted").asBoolean())
                .toList();
        assertThat(accepted).containsExactly(true, false, false, false, true);
        assertThat(bulk.at("/items/1/errors/0/pointer")).isEqualTo("/messages/1/to");
        assertThat(bulk.at("/items/2/errors/0/pointer")).isEqualTo("/messages/2/body");
        assertThat(bulk.at("/items/3/errors/0/pointer")).isEqualTo("/messages/3/colour");
        for (int i : new int[] {0, 4}) {
            customer.message(bulk.at("/items/" + i + "/id"), Set.of("delivered"));
        }
    }

    @Test
    void recipientsOfABulkShareTheRest() {
        customer.twilio(VENDOR);
        Api.Reply bulk =
                api.post(PATH + "/bulk", """
                        {"template_id": "%s", "variables": {"name": "all"}, "recipients": [
                          {"to": "+14155550100"}, {"to": "+14155550101", "variables": {"name": "Ada"}},
                          {"to": "+14155550102", "variables": {"nam": "Ada"}}]}
                        """.formatted(customer.template())).expect(202);
        assertThat(bulk.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(bulk.at("/items/2/errors/0/pointer")).isEqualTo("/recipients/2/variables");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"messages\": [], \"recipients\": []}",
                "{\"messages\": {}}",
                "{\"recipients\": [{\"to\": \"+14155550100\"}]}",
                "{\"recipients\": [{\"to\": \"+14155550100\"}], \"body\": \"Hi\", \"route\": []}",
                "{\"messages\": [], \"body\": \"Hi\"}"
            })
    void aBulkThatIsNoneIsRefusedAsAWhole(String body) {
        customer.twilio(VENDOR);
        api.call("POST", PATH + "/bulk").json(body).wrong().send().expect(400);
        assertThat(ids(api.get(PATH))).isEmpty();
    }

    @Test
    void aBulkHasTenThousandAtTheMost() {
        customer.twilio(VENDOR);
        String item = "{\"to\":\"x\",\"body\":\"y\"}";
        String most = "{\"messages\": [" + (item + ",").repeat(9_999) + item + "]}";
        assertThat(api.post(PATH + "/bulk", most)
                        .expect(202)
                        .json()
                        .path("refused")
                        .asInt())
                .isEqualTo(10_000);
        api.call("POST", PATH + "/bulk")
                .json(most.replace("]}", "," + item + "]}"))
                .wrong()
                .send()
                .expect(400);
    }
}
