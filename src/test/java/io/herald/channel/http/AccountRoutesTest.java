package io.herald.channel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Provider accounts as the administrator sets them up and tenants name them. */
class AccountRoutesTest {
    private static final TestNode NODE = TestNode.shared();
    private static final String PATH = "/admin/provider-accounts";
    private static final String SECRET = "the-secret-of-this-account";

    private final Api admin = NODE.administrator();
    private final Customer customer = NODE.customer();

    private ObjectNode twilio(String name) {
        ObjectNode account =
                Api.object().put("name", name).put("provider", "twilio").put("tenant_id", customer.id());
        account.putArray("channels").add("sms");
        account.putObject("credentials").put("account_sid", "AC77").put("auth_token", SECRET);
        return account;
    }

    @Test
    void credentialsGoInAndNeverComeOut() {
        Api.Reply made = admin.post(PATH, twilio("own").toString()).expect(201);
        String path = PATH + "/" + made.at("/id");
        Api.Reply changed = admin.patch(
                        path, "{\"credentials\": {\"account_sid\": \"AC78\", \"auth_token\": \"" + SECRET + "\"}}")
                .expect(200);
        for (Api.Reply reply :
                new Api.Reply[] {made, admin.get(path), changed, admin.get(PATH), admin.get("/admin/lanes")}) {
            assertThat(reply.expect(reply == made ? 201 : 200).text()).doesNotContain(SECRET);
        }
    }

    @Test
    void theWebhookUrlIsWhatIsPastedIntoTheVendorsConsole() {
        Api.Reply twilio = admin.post(PATH, twilio("own").toString()).expect(201);
        String base = NODE.anyone().base() + "/api/v1/webhooks/";
        assertThat(twilio.at("/webhook_url")).isEqualTo(base + "twilio/" + twilio.at("/id"));

        ObjectNode unsigned = twilio("unsigned").put("provider", "gupshup");
        unsigned.putObject("credentials").put("userid", "1").put("password", SECRET);
        Api.Reply gupshup = admin.post(PATH, unsigned.toString()).expect(201);
        assertThat(gupshup.at("/webhook_url")).matches(base + "gupshup/" + gupshup.at("/id") + "/[0-9a-z]{32}");
    }

    @Test
    void whatIsNotGivenIsGenerous() {
        Api.Reply made = admin.post(PATH, twilio("own").toString()).expect(201);
        assertThat(made.json().path("rate_per_second").asDouble()).isGreaterThanOrEqualTo(1000);
        assertThat(made.json().path("max_concurrent").asInt()).isGreaterThanOrEqualTo(128);
    }

    @Test
    void aNameIsUniqueAmongTheAccountsThatATenantCanSee() {
        admin.post(PATH, twilio("own").toString()).expect(201);
        admin.post(PATH, twilio("own").toString()).expect(409);
        ObjectNode anothers = twilio("own").put("tenant_id", NODE.customer().id());
        admin.post(PATH, anothers.toString()).expect(201);
        ObjectNode shared = twilio("own");
        shared.remove("tenant_id");
        admin.post(PATH, shared.toString()).expect(409);
    }

    @Test
    void aRouteNamesAnAccountByItsIdOrItsName() {
        try (var vendor = TestNode.simulator("")) {
            Customer.Account account = customer.twilio(vendor);
            for (String name : new String[] {account.id(), account.name()}) {
                String id = customer.api()
                        .post("/api/v1/messages", """
                                {"to": "+14155550100", "body": "Hello", "route": [{"channel": "sms", "provider": "%s"}]}
                                """.formatted(name))
                        .expect(202)
                        .at("/id");
                assertThat(customer.message(id, Set.of("delivered"))
                                .path("provider_account")
                                .asText())
                        .isEqualTo(account.id());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9090", "http://10.0.0.7", "https://vendor.example.com:8443/"})
    void aBaseUrlIsSchemeHostAndPort(String url) {
        admin.post(PATH, twilio("own").put("base_url", url).toString()).expect(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vendor.example.com",
                "ftp://vendor.example.com",
                "http://vendor.example.com/path",
                "http://vendor.example.com?a=b",
                "http://user@vendor.example.com",
                "http://",
                "mailto:a@example.com",
                "http://a b"
            })
    void anyOtherBaseUrlIsRefused(String url) {
        Api.Reply refused =
                admin.post(PATH, twilio("own").put("base_url", url).toString()).expect(422);
        assertThat(refused.errors()).containsOnlyKeys("/base_url");
    }

    @ParameterizedTest
    @CsvSource({"account_sid", "auth_token"})
    void aCredentialThatTheVendorNeedsIsAskedFor(String missing) {
        ObjectNode account = twilio("own");
        ((ObjectNode) account.get("credentials")).remove(missing);
        Map<String, String> errors =
                admin.post(PATH, account.toString()).expect(422).errors();
        assertThat(errors.get("/credentials")).contains(missing);
    }

    @Test
    void whatAVendorDoesNotHaveIsRefused() {
        ObjectNode account = twilio("own");
        account.putArray("channels").add("telegram");
        assertThat(admin.post(PATH, account.toString()).expect(422).errors()).containsKey("/channels");
        admin.post(PATH, twilio("own").put("tenant_id", "nobody").toString()).expect(422);
        admin.call("POST", PATH)
                .json(twilio("own").put("provider", "pigeons").toString())
                .wrong()
                .send()
                .expect(400);
        for (String channels : new String[] {"[]", "null", "[\"pigeon\"]", "\"sms\""}) {
            ObjectNode bad = twilio("own");
            bad.set("channels", Api.parse(channels));
            Api.Reply refused =
                    admin.call("POST", PATH).json(bad.toString()).wrong().send().expect(400);
            assertThat(refused.errors()).containsKey("/channels");
        }
    }

    @Test
    void aChangeKeepsWhatItLeavesOut() {
        Api.Reply made = admin.post(
                        PATH, twilio("own").put("sender", "+15005550006").toString())
                .expect(201);
        Api.Reply changed = admin.patch(PATH + "/" + made.at("/id"), "{\"max_concurrent\": 7}")
                .expect(200);
        assertThat(changed.at("/sender")).isEqualTo("+15005550006");
        assertThat(changed.json().path("max_concurrent").asInt()).isEqualTo(7);
        admin.call("PATCH", PATH + "/" + made.at("/id"))
                .json("{\"name\": \"another\"}")
                .wrong()
                .send()
                .expect(400);
    }
}
