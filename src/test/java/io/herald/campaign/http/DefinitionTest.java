package io.herald.campaign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a campaign may be asked to be. */
class DefinitionTest {
    private static final String PATH = "/api/v1/campaigns";
    private static final Customer CUSTOMER = TestNode.shared().customer();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final Customer.Account SMS = CUSTOMER.twilio(VENDOR);
    private static final String TEMPLATE = CUSTOMER.template();

    private final Api api = CUSTOMER.api();

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    private static ObjectNode definition() {
        ObjectNode definition = Api.object().put("name", "Campaign").put("template_id", TEMPLATE);
        definition.set("audience", Api.parse("""
                {"recipients": [{"to": "+14155550100", "variables": {"name": "Ada"}}]}"""));
        definition
                .putArray("route")
                .addObject()
                .put("channel", "sms")
                .put("provider", SMS.name())
                .put("ttl_seconds", 60);
        return definition;
    }

    private Api.Reply create(JsonNode definition) {
        return api.call("POST", PATH).json(definition.toString()).wrong().send();
    }

    @Test
    void aNewCampaignIsADraftWithTheUsualSettings() {
        JsonNode made = create(definition()).expect(201).json();
        assertThat(made.path("status").asText()).isEqualTo("draft");
        assertThat(made.path("template_version").asInt()).isEqualTo(1);
        assertThat(made.path("fallback").asBoolean()).isTrue();
        assertThat(made.path("category").asText()).isEqualTo("marketing");
        assertThat(made.path("unknown_policy").asText()).isEqualTo("prefer_duplicate");
        assertThat(made.at("/route/0/provider").asText()).isEqualTo(SMS.name());
        assertThat(made.at("/route/0/provider_account").asText()).isEqualTo(SMS.id());
        assertThat(made.has("rate_per_second")).isFalse();
        assertThat(api.get(PATH + "/" + made.path("id").asText()).expect(200).json())
                .isEqualTo(made);
        JsonNode stats = CUSTOMER.stats(made.path("id").asText());
        assertThat(stats.at("/ledger/balanced").asBoolean()).isTrue();
        assertThat(api.get(PATH + "/" + made.path("id").asText() + "/why").at("/reasons/0/code"))
                .isEqualTo("draft");
    }

    @Test
    void severalRecipientsOfOneAddressCountOnce() {
        ObjectNode definition = definition();
        definition.set("audience", Api.parse("""
                {"recipients": [{"to": "+14155550100", "variables": {"name": "First"}},
                                {"to": "+1 415-555-0100", "variables": {"name": "Second"}},
                                {"to": "+14155550101", "variables": {"name": "Third"}}]}"""));
        assertThat(create(definition)
                        .expect(201)
                        .json()
                        .at("/audience/recipients")
                        .asInt())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | name            | null                                                    | /name",
                "400 | name            | \" \"                                                   | /name",
                "400 | template_id     | null                                                    | /template_id",
                "422 | template_id     | \"nothing\"                                             | /template_id",
                "400 | audience        | null                                                    | /audience",
                "400 | audience        | {}                                                      | /audience",
                "400 | audience        | []                                                      | /audience",
                "400 | audience        | {\"recipients\": [{\"to\": \"+14155550100\", \"variables\": {\"name\": \"A\"}}], \"import_id\": \"x\"} | /audience",
                "400 | audience        | {\"everyone\": true, \"import_id\": \"x\"}              | /audience/everyone",
                "422 | audience        | {\"recipients\": []}                                    | /audience",
                "422 | audience        | {\"import_id\": \"nothing\"}                            | /audience/import_id",
                "400 | audience        | {\"recipients\": [{}]}                                  | /audience/recipients/0/to",
                "400 | audience        | {\"recipients\": [\"+14155550100\"]}                    | /audience/recipients/0",
                "400 | audience        | {\"recipients\": [{\"to\": \"+14155550100\", \"name\": \"A\"}]} | /audience/recipients/0/name",
                "422 | audience        | {\"recipients\": [{\"to\": \"0\", \"variables\": {\"name\": \"A\"}}]} | /audience/recipients/0/to",
                "422 | audience        | {\"recipients\": [{\"to\": \"+14155550100\"}]}          | /audience/recipients/0/variables",
                "422 | audience        | {\"recipients\": [{\"to\": \"+14155550100\", \"variables\": {\"name\": \"A\", \"x\": 1}}]} | /audience/recipients/0/variables",
                "400 | route           | null                                                    | /route",
                "400 | route           | []                                                      | /route",
                "400 | route           | [7]                                                     | /route/0",
                "400 | route           | [{\"provider\": \"p\"}]                                 | /route/0/channel",
                "400 | route           | [{\"channel\": \"sms\"}]                                | /route/0/provider",
                "422 | route           | [{\"channel\": \"sms\", \"provider\": \"nobody\"}]      | /route/0/provider",
                "400 | rate_per_second | 0                                                       | /rate_per_second",
                "400 | rate_per_second | \"10\"                                                  | /rate_per_second",
                "400 | rate_per_second | 1e999999999                                             | /rate_per_second",
                "400 | category        | \"spam\"                                                | /category",
                "400 | unknown_policy  | \"hope\"                                                | /unknown_policy",
                "400 | fallback        | \"yes\"                                                 | /fallback",
                "400 | scheduled_at    | \"soon\"                                                | /scheduled_at",
                "400 | metadata        | []                                                      | /metadata",
                "400 | colour          | \"red\"                                                 | /colour"
            })
    void whatCannotBeIsPointedAt(int status, String field, String value, String pointer) {
        ObjectNode definition = definition();
        String body = definition.put(field, "PLACEHOLDER").toString().replace("\"PLACEHOLDER\"", value);
        Api.Reply refused = api.call("POST", PATH).json(body).wrong().send().expect(status);
        assertThat(refused.errors()).containsKey(pointer);
    }

    @Test
    void anAccountMustHaveTheChannel() {
        ObjectNode definition = definition();
        definition.putArray("route").addObject().put("channel", "rcs").put("provider", SMS.name());
        assertThat(create(definition).expect(422).errors()).containsKey("/route/0/channel");
    }

    @Test
    void aChangeKeepsWhatItLeavesOut() {
        ObjectNode definition = definition().put("rate_per_second", 5).put("scheduled_at", "2099-01-01T00:00:00Z");
        definition.putObject("metadata").put("a", 1);
        JsonNode made = create(definition).expect(201).json();
        String path = PATH + "/" + made.path("id").asText();
        JsonNode changed = api.patch(path, "{\"name\": \"Other\"}").expect(200).json();
        assertThat(kept(changed)).isEqualTo(kept(made));
        assertThat(changed.path("name").asText()).isEqualTo("Other");
        JsonNode bare = api.patch(path, "{\"rate_per_second\": null, \"scheduled_at\": null, \"metadata\": {}}")
                .expect(200)
                .json();
        assertThat(bare.has("rate_per_second")).isFalse();
        assertThat(bare.has("scheduled_at")).isFalse();
        assertThat(bare.path("metadata")).isEmpty();
    }

    private static JsonNode kept(JsonNode campaign) {
        ObjectNode kept = campaign.deepCopy();
        kept.remove(List.of("name", "updated_at"));
        return kept;
    }

    @Test
    void aCampaignSendsTheVersionThatItNamed() {
        String template = CUSTOMER.template();
        JsonNode made =
                create(definition().put("template_id", template)).expect(201).json();
        String path = PATH + "/" + made.path("id").asText();
        api.put("/api/v1/templates/" + template, "{\"variants\": {\"sms\": {\"body\": \"Other {{thing}}\"}}}")
                .expect(200);
        assertThat(api.patch(path, "{\"name\": \"Other\"}")
                        .expect(200)
                        .json()
                        .path("template_version")
                        .asInt())
                .isEqualTo(1);
        assertThat(api.patch(path, """
                        {"template_id": "%s", "audience": {"recipients": [{"to": "+14155550100", "variables": {"thing": "x"}}]}}
                        """.formatted(template))
                        .expect(200)
                        .json()
                        .path("template_version")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void listsAreFilteredByStatus() {
        Customer other = TestNode.shared().customer();
        try (Simulator vendor = TestNode.simulator("")) {
            String draft = other.campaign(other.template(), other.twilio(vendor), 1);
            assertThat(other.api().get(PATH + "?status=draft").at("/items/0/id"))
                    .isEqualTo(draft);
            assertThat(other.api().get(PATH + "?status=running").json().path("items"))
                    .isEmpty();
            other.api().call("GET", PATH + "?status=asleep").wrong().send().expect(400);
        }
    }
}
