package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request, and how that is said. */
class ErrorsTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Customer CUSTOMER = NODE.customer();

    private static Api.Reply send(String body) {
        return CUSTOMER.api()
                .call("POST", "/api/v1/messages")
                .json(body)
                .wrong()
                .send();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "hello",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\"",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\"} trailing",
                "{\"to\": \"+14155550100\", \"to\": \"+14155550101\", \"body\": \"Hi\"}",
                "[]",
                "[{}]",
                "null",
                "true",
                "\"text\"",
                "{'to': '+14155550100'}",
                "{\"to\": NaN}"
            })
    void whatIsNoJsonObjectIsRefusedAsAWhole(String body) {
        assertThat(send(body).expect(400).errors()).containsOnlyKeys("");
    }

    @Test
    void jsonWithoutAnEndIsRefused() {
        assertThat(send("{\"metadata\": " + "[".repeat(5000)).expect(400).errors())
                .containsOnlyKeys("");
        assertThat(send("{\"to\": " + "9".repeat(5000) + "}").expect(400).errors())
                .containsOnlyKeys("");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        CUSTOMER.api()
                .call("POST", "/api/v1/messages")
                .body("application/json", new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'})
                .wrong()
                .send()
                .expect(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // unknown
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"boddy\": 1}                               | /boddy",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"a/b~c\": 1}                               | /a~1b~0c",
                "{\"to\": \"+14155550100\", \"card\": {\"title\": \"Hi\", \"colour\": \"red\"}}           | /card/colour",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"suggestions\": [{\"text\": \"a\"}, {\"text\": \"b\", \"x\": 1}]} | /suggestions/1/x",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": [{\"channel\": \"sms\", \"provider\": \"p\", \"cost\": 1}]} | /route/0/cost",
                // missing
                "{\"body\": \"Hi\"}                                                                       | /to",
                "{\"to\": null, \"body\": \"Hi\"}                                                         | /to",
                "{\"to\": \"\", \"body\": \"Hi\"}                                                         | /to",
                "{\"to\": \"+14155550100\"}                                                               | /body",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": [{\"channel\": \"sms\"}]}        | /route/0/provider",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": [{\"provider\": \"p\"}]}         | /route/0/channel",
                // of the wrong type
                "{\"to\": 14155550100, \"body\": \"Hi\"}                                                  | /to",
                "{\"to\": \"+14155550100\", \"body\": [\"Hi\"]}                                           | /body",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"metadata\": []}                           | /metadata",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": {}}                              | /route",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": []}                              | /route",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"category\": \"spam\"}                     | /category",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"channel\": \"pigeon\"}                    | /channel",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"scheduled_at\": \"tomorrow\"}             | /scheduled_at",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"scheduled_at\": \"2026-11-21T13:00:00\"}  | /scheduled_at",
                "{\"to\": \"+14155550100\", \"template_id\": \"t\", \"variables\": {\"name\": {}}}        | /variables/name",
                // numbers
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": \"60\"}                    | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": 0}                         | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": -1}                        | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": 1.5}                       | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": 604801}                    | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": 99999999999999999999}      | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"ttl_seconds\": 1e999999999}               | /ttl_seconds",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"metadata\": {\"n\": 1e999999999}}         | /metadata/n",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"metadata\": {\"n\": [1e-200000]}}         | /metadata/n/0",
                // text that is none
                "{\"to\": \"+14155550100\", \"body\": \"a\\u0000b\"}                                      | /body",
                "{\"to\": \"+14155550100\", \"body\": \"a\\ud800b\"}                                      | /body",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"metadata\": {\"a\": [\"\\u0000\"]}}       | /metadata/a/0",
            })
    void whatIsMalformedIsPointedAt(String body, String pointer) {
        assertThat(send(body).expect(400).errors()).containsOnlyKeys(pointer);
    }

    @Test
    void everythingThatIsMalformedIsSaidAtOnce() {
        Map<String, String> errors = send("""
                {"body": 7, "ttl_seconds": 0, "category": "spam", "colour": "red"}""").expect(400).errors();
        assertThat(errors).containsOnlyKeys("/to", "/body", "/ttl_seconds", "/category", "/colour");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"to\": \"4155550100\", \"body\": \"Hi\"}                                                   | /to",
                "{\"to\": \"+1\", \"body\": \"Hi\"}                                                           | /to",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"route\": [{\"channel\": \"sms\", \"provider\": \"nobody\"}]} | /route/0/provider",
                "{\"to\": \"+14155550100\", \"template_id\": \"nothing\"}                                     | /template_id",
                "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"scheduled_at\": \"2099-01-01T00:00:00Z\"}     | /scheduled_at"
            })
    void whatIsWellFormedAndCannotBeIsUnprocessable(String body, String pointer) {
        Customer customer = NODE.customer();
        try (var vendor = TestNode.simulator("")) {
            customer.twilio(vendor);
            Api.Reply refused = customer.api().post("/api/v1/messages", body).expect(422);
            assertThat(refused.errors()).containsOnlyKeys(pointer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "text/csv"})
    void anotherContentTypeIsRefused(String type) {
        CUSTOMER.api()
                .call("POST", "/api/v1/messages")
                .body(type, "{\"to\": \"+14155550100\", \"body\": \"Hi\"}")
                .wrong()
                .send()
                .expect(415);
    }

    @Test
    void noContentTypeIsRefused() {
        CUSTOMER.api()
                .call("POST", "/api/v1/messages")
                .json("{\"to\": \"+14155550100\", \"body\": \"Hi\"}")
                .without("Content-Type")
                .wrong()
                .send()
                .expect(415);
    }

    @Test
    void aBodyOverTheLimitIsTooLarge() {
        String body = "{\"to\": \"+14155550100\", \"body\": \"" + "a".repeat(1 << 20) + "\"}";
        send(body).expect(413);
        send("{\"to\": \"+14155550100\", \"body\": \"" + "a".repeat(1_000_000) + "\"}")
                .expect(400);
    }

    @Test
    void aVerbThatNeedsNoWordsRefusesThem() {
        try (var vendor = TestNode.simulator("")) {
            Customer customer = NODE.customer();
            String campaign = customer.campaign(customer.template(), customer.twilio(vendor), 1);
            for (String verb : new String[] {"start", "pause", "resume", "cancel", "retry-failed"}) {
                Api.Reply refused = customer.api()
                        .call("POST", "/api/v1/campaigns/" + campaign + "/" + verb)
                        .json("{\"gently\": true}")
                        .wrong()
                        .send()
                        .expect(400);
                assertThat(refused.errors()).containsOnlyKeys("/gently");
            }
            assertThat(customer.stats(campaign).path("status").asText()).isEqualTo("draft");
        }
    }

    @Test
    void aRequestKeepsItsId() {
        Api.Reply known = CUSTOMER.api()
                .call("GET", "/api/v1/messages/x")
                .header("X-Request-Id", "order-17/a:b+c=d._-")
                .send()
                .expect(404);
        assertThat(known.header("X-Request-Id")).isEqualTo("order-17/a:b+c=d._-");
        assertThat(known.at("/request_id")).isEqualTo("order-17/a:b+c=d._-");
    }

    @Test
    void aRequestWithoutAUsableIdIsGivenOne() {
        Api.Reply without = CUSTOMER.api()
                .call("GET", "/health/live")
                .without("X-Request-Id")
                .send();
        assertThat(without.header("X-Request-Id")).hasSize(36);
        for (String bad : new String[] {"a b", "<script>", "x".repeat(129), "ü".repeat(3)}) {
            Api.Reply replaced = CUSTOMER.api()
                    .call("GET", "/health/live")
                    .header(
                            "X-Request-Id",
                            new String(bad.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII))
                    .wrong()
                    .send();
            assertThat(replaced.header("X-Request-Id")).hasSize(36);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/messages?limit=%zz", "/api/v1/messages?to=%00"})
    void aQueryThatIsNoTextIsRefused(String target) {
        assertThat(new RawHttp(NODE.port()).get(target, "X-API-Key: " + "none").status())
                .isEqualTo(400);
    }
}
