package io.herald.tenant.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.OpenApi;
import io.herald.support.OpenApi.Operation;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is one tenant's does not exist for another. */
class IsolationTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final Customer OWNER = NODE.customer();
    private static final Customer OTHER = NODE.customer();
    private static final Customer.Account ACCOUNT = OWNER.twilio(VENDOR);
    private static final String TEMPLATE = OWNER.template();

    private static String message = "";
    private static String campaign = "";
    private static String imported = "";

    @BeforeAll
    static void fill() {
        OTHER.twilio(VENDOR);
        message = OWNER.api()
                .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                .expect(202)
                .at("/id");
        OWNER.message(message, Set.of("delivered"));
        campaign = OWNER.campaign(TEMPLATE, ACCOUNT, 3);
        imported = OWNER.api()
                .call("POST", "/api/v1/contacts/imports")
                .body("text/csv", "phone,name\n+14155550100,Ada\n")
                .send()
                .expect(202)
                .at("/id");
        Until.holds(
                "the import is done",
                Duration.ofSeconds(20),
                () -> OWNER.api()
                        .get("/api/v1/contacts/imports/" + imported)
                        .at("/status")
                        .equals("completed"));
        OWNER.api()
                .post("/api/v1/opt-outs", "{\"channel\": \"sms\", \"address\": \"+14155550199\"}")
                .expect(201);
        OWNER.api().post("/api/v1/campaigns/" + campaign + "/start").expect(200);
        OWNER.ended(campaign);
    }

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    static Stream<Operation> withId() {
        return OpenApi.document().operations().stream()
                .filter(operation ->
                        !operation.role().isEmpty() && operation.path().contains("{"));
    }

    static Stream<String> lists() {
        return OpenApi.document().operations().stream()
                .filter(operation -> !operation.role().isEmpty()
                        && operation.method().equals("GET")
                        && !operation.path().contains("{"))
                .map(Operation::path);
    }

    private static String owned(Operation operation) {
        String path = operation.path();
        return path.startsWith("/api/v1/messages")
                ? message
                : path.startsWith("/api/v1/campaigns")
                        ? campaign
                        : path.startsWith("/api/v1/templates") ? TEMPLATE : imported;
    }

    @ParameterizedTest
    @MethodSource("withId")
    void anotherTenantsIsNotFoundWhateverIsDoneToIt(Operation operation) {
        String target = operation.target(owned(operation));
        Api.Call bare = OTHER.api().call(operation.method(), target);
        operation.body().ifPresent(bare::json);
        Api.Reply foreign = bare.send().expect(404);

        Api.Call nothing = OTHER.api().call(operation.method(), operation.target("0000000000000000"));
        operation.body().ifPresent(nothing::json);
        assertThat(nothing.send().expect(404).at("/detail")).isEqualTo(foreign.at("/detail"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void nothingOfAnotherTenantsIsListed(String list) {
        assertThat(OWNER.api().get(list).expect(200).json().path("items"))
                .as(list)
                .isNotEmpty();
        assertThat(OTHER.api().get(list).expect(200).json().path("items"))
                .as(list)
                .isEmpty();
    }

    @Test
    void theOwnersOwnIsStillAsItWas() {
        assertThat(OWNER.stats(campaign).path("status").asText()).isEqualTo("completed");
        assertThat(OWNER.api().get("/api/v1/opt-outs").json().path("items")).hasSize(1);
        assertThat(OWNER.api()
                        .get("/api/v1/templates/" + TEMPLATE)
                        .json()
                        .path("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aCampaignsMessagesAreNotFoundThroughTheirIds() {
        OWNER.api().get("/api/v1/messages/" + campaign + "-1").expect(200);
        OTHER.api().get("/api/v1/messages/" + campaign + "-1").expect(404);
        OTHER.api().get("/api/v1/messages/" + campaign + "-1/timeline").expect(404);
        assertThat(OTHER.api()
                        .get("/api/v1/messages?campaign_id=" + campaign)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    @Test
    void inABodyItIsSaidNotToExist() {
        Map<String, Object> definition = new java.util.HashMap<>(Map.of(
                "name",
                "Theirs",
                "template_id",
                TEMPLATE,
                "audience",
                Map.of("import_id", imported),
                "route",
                List.of(Map.of("channel", "sms", "provider", ACCOUNT.id()))));
        Map<String, String> foreign = refusal(definition);
        assertThat(foreign).containsOnlyKeys("/template_id", "/audience/import_id", "/route/0/provider");
        definition.put("template_id", "0000000000000000");
        definition.put("audience", Map.of("import_id", "0000000000000000"));
        definition.put("route", List.of(Map.of("channel", "sms", "provider", "0000000000000000")));
        assertThat(refusal(definition)).isEqualTo(foreign);

        Api.Reply sent = OTHER.api()
                .post(
                        "/api/v1/messages",
                        Api.write(Map.of(
                                "to", "+14155550100", "template_id", TEMPLATE, "variables", Map.of("name", "A"))));
        assertThat(sent.expect(422).errors()).containsOnlyKeys("/template_id");
    }

    private static Map<String, String> refusal(Map<String, Object> definition) {
        return OTHER.api()
                .post("/api/v1/campaigns", Api.write(definition))
                .expect(422)
                .errors();
    }

    @Test
    void anOptOutBindsOneTenant() {
        Customer third = NODE.customer();
        third.twilio(VENDOR);
        String body = "{\"to\": \"+14155550199\", \"body\": \"Hello\", \"category\": \"marketing\"}";
        String theirs = third.api().post("/api/v1/messages", body).expect(202).at("/id");
        third.message(theirs, Set.of("delivered"));
        String ours = OWNER.api().post("/api/v1/messages", body).expect(202).at("/id");
        OWNER.message(ours, Set.of("suppressed"));
    }
}
