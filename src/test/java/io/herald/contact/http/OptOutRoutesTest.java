package io.herald.contact.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opt-outs that are recorded and lifted through the API. */
class OptOutRoutesTest {
    private static final String PATH = "/api/v1/opt-outs";

    private final Customer customer = TestNode.shared().customer();
    private final Api api = customer.api();

    @Test
    void anOptOutIsRecordedOnceAndLifted() {
        Api.Reply made = api.post(PATH, "{\"channel\": \"sms\", \"address\": \"+1 (415) 555-0100\"}")
                .expect(201);
        assertThat(made.at("/address")).isEqualTo("+14155550100");
        assertThat(made.at("/source")).isEqualTo("api");
        Api.Reply again = api.post(PATH, "{\"channel\": \"sms\", \"address\": \"+14155550100\"}")
                .expect(201);
        assertThat(again.json()).isEqualTo(made.json());
        assertThat(api.get(PATH + "?address=%2B14155550100").json().path("items"))
                .hasSize(1);
        assertThat(api.get(PATH + "?address=%2B14155550101").json().path("items"))
                .isEmpty();
        api.delete(PATH + "/sms/+14155550100").expect(204);
        api.delete(PATH + "/sms/+14155550100").expect(404);
        api.delete(PATH + "/rcs/+14155550100").expect(404);
        assertThat(api.get(PATH).json().path("items")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.com", "o'brien+news@example.com", "a/b%c?d#e@example.com", "ü@example.com"})
    void whateverAnAddressIsItsOptOutCanBeLifted(String address) {
        api.post(PATH, Api.write(java.util.Map.of("channel", "email", "address", address)))
                .expect(201);
        String escaped = java.net.URLEncoder.encode(address, java.nio.charset.StandardCharsets.UTF_8);
        api.delete(PATH + "/email/" + escaped).expect(204);
    }

    @Test
    void noMessageGoesToWhoOptedOutUntilItIsLifted() {
        try (var vendor = TestNode.simulator("")) {
            customer.twilio(vendor);
            api.post(PATH, "{\"channel\": \"sms\", \"address\": \"+14155550100\"}")
                    .expect(201);
            assertThat(send()).isEqualTo("suppressed");
            assertThat(vendor.summary().requests()).isZero();
            api.delete(PATH + "/sms/+14155550100").expect(204);
            assertThat(send()).isEqualTo("delivered");
            assertThat(vendor.summary().accepted()).isEqualTo(1);
        }
    }

    private String send() {
        String id = api.post(
                        "/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hi\", \"category\": \"marketing\"}")
                .expect(202)
                .at("/id");
        return customer.message(id, Set.of("suppressed", "delivered", "failed"))
                .path("status")
                .asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"address\": \"+14155550100\"}                            | /channel",
                "400 | {\"channel\": \"sms\"}                                     | /address",
                "400 | {\"channel\": \"pigeon\", \"address\": \"+14155550100\"}   | /channel",
                "400 | {\"channel\": \"sms\", \"address\": \"+14155550100\", \"why\": \"x\"} | /why",
                "422 | {\"channel\": \"sms\", \"address\": \"nobody\"}            | /address"
            })
    void whatIsNoOptOutIsRefused(int status, String body, String pointer) {
        Api.Reply refused = api.call("POST", PATH).json(body).wrong().send().expect(status);
        assertThat(refused.errors()).containsOnlyKeys(pointer);
    }
}
