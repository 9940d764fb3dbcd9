package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Ids;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestDatabase;
import io.herald.support.TestNode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is repeated under its key makes nothing twice. */
class IdempotencyApiTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final Customer CUSTOMER = NODE.customer();
    private static final Customer.Account ACCOUNT = CUSTOMER.twilio(VENDOR);
    private static final String TEMPLATE = CUSTOMER.template();
    private static final String MESSAGE = "{\"to\": \"+14155550100\", \"body\": \"Hello\"}";

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    static Stream<Arguments> creations() {
        return Stream.of(
                Arguments.of("/api/v1/messages", MESSAGE),
                Arguments.of("/api/v1/messages/send", MESSAGE),
                Arguments.of("/api/v1/messages/bulk", "{\"messages\": [" + MESSAGE + "," + MESSAGE + "]}"),
                Arguments.of("/api/v1/templates", "{\"name\": \"T\", \"variants\": {\"sms\": {\"body\": \"Hi\"}}}"),
                Arguments.of("/api/v1/opt-outs", "{\"channel\": \"sms\", \"address\": \"+14155550111\"}"),
                Arguments.of(
                        "/api/v1/campaigns",
                        Api.write(Map.of(
                                "name",
                                "C",
                                "template_id",
                                TEMPLATE,
                                "audience",
                                Map.of(
                                        "recipients",
                                        List.of(Map.of("to", "+14155550100", "variables", Map.of("name", "A")))),
                                "route",
                                List.of(Customer.step("sms", ACCOUNT))))),
                Arguments.of("/admin/tenants", "{\"name\": \"Twice\"}"),
                Arguments.of("/admin/provider-accounts", """
                        {"name": "twice", "provider": "twilio", "channels": ["sms"], "tenant_id": "%s",
                         "credentials": {"account_sid": "AC1", "auth_token": "t"}}""".formatted(CUSTOMER.id())));
    }

    private static Api.Call call(Api api, String path, String body, String key) {
        return api.call("POST", path).json(body).header("Idempotency-Key", key);
    }

    private static Api api(String path) {
        return path.startsWith("/admin") ? NODE.administrator() : CUSTOMER.api();
    }

    @ParameterizedTest
    @MethodSource("creations")
    void theSameKeyAndBodyAreAnsweredAsTheFirstTime(String path, String body) {
        String key = "repeat " + path;
        Api.Reply first = call(api(path), path, body, key).send();
        Api.Reply second = call(api(path), path, body, key).send();
        assertThat(first.status()).isBetween(200, 202);
        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.text()).isEqualTo(first.text());
        call(api(path), path, body.replaceFirst("\\{", "{ "), key).send().expect(422);
    }

    @Test
    void aRepeatedMessageIsSentOnce() {
        Customer customer = NODE.customer();
        customer.twilio(VENDOR);
        String id =
                call(customer.api(), "/api/v1/messages", MESSAGE, "one").send().at("/id");
        for (int i = 0; i < 5; i++) {
            assertThat(call(customer.api(), "/api/v1/messages", MESSAGE, "one")
                            .send()
                            .at("/id"))
                    .isEqualTo(id);
        }
        assertThat(customer.api().get("/api/v1/messages").json().path("items")).hasSize(1);
    }

    @Test
    void requestsAtTheSameTimeMakeOneMessage() {
        Customer customer = NODE.customer();
        customer.twilio(VENDOR);
        List<CompletableFuture<Api.Reply>> all = IntStream.range(0, 20)
                .mapToObj(i -> call(customer.api(), "/api/v1/messages", MESSAGE, "at once")
                        .begin())
                .toList();
        assertThat(all.stream().map(reply -> reply.join().status()).distinct()).isSubsetOf(202, 409);
        assertThat(customer.api().get("/api/v1/messages").json().path("items")).hasSize(1);
    }

    @Test
    void aRequestThatIsStillUnderWayIsAConflict() throws SQLException {
        claimed("under way", MESSAGE, Instant.now());
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "under way").send().expect(409);
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE + " ", "under way")
                .send()
                .expect(422);
    }

    @Test
    void aRequestWhoseNodeDiedMayBeRepeated() throws SQLException {
        claimed("abandoned", MESSAGE, Instant.now().minusSeconds(61));
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "abandoned").send().expect(202);
    }

    private static void claimed(String key, String body, Instant at) throws SQLException {
        try (Connection c = TestDatabase.connect(NODE.databaseUrl());
                PreparedStatement insert = c.prepareStatement(
                        "INSERT INTO idempotency"
                                + " (tenant_id, route, key, fingerprint, created_at) VALUES (?, 'POST /api/v1/messages', ?, ?, ?)")) {
            insert.setString(1, CUSTOMER.id());
            insert.setString(2, key);
            insert.setBytes(3, Ids.sha256(body.getBytes(StandardCharsets.UTF_8)));
            insert.setObject(4, OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
            insert.executeUpdate();
        }
    }

    @Test
    void anAnswerIsForgottenAfterADay() throws SQLException {
        String first =
                call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "old").send().at("/id");
        try (Connection c = TestDatabase.connect(NODE.databaseUrl());
                PreparedStatement age = c.prepareStatement(
                        "UPDATE idempotency SET created_at = created_at - interval '25 hours' WHERE key = 'old'")) {
            assertThat(age.executeUpdate()).isEqualTo(1);
        }
        String other = "{\"to\": \"+14155550101\", \"body\": \"Hello\"}";
        Api.Reply second =
                call(CUSTOMER.api(), "/api/v1/messages", other, "old").send().expect(202);
        assertThat(second.at("/to")).isEqualTo("+14155550101");
        assertThat(second.at("/id")).isNotEqualTo(first);
    }

    @Test
    void aRefusedRequestLeavesItsKeyFree() {
        call(CUSTOMER.api(), "/api/v1/messages", "{\"to\": \"nobody\", \"body\": \"Hello\"}", "better")
                .send()
                .expect(422);
        call(CUSTOMER.api(), "/api/v1/messages", "{\"to\": \"nobody\"}", "better")
                .wrong()
                .send()
                .expect(400);
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "better").send().expect(202);
    }

    @Test
    void aKeyIsATenantsAndAPathsOwn() {
        Customer other = NODE.customer();
        other.twilio(VENDOR);
        String mine = call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "common")
                .send()
                .at("/id");
        String theirs =
                call(other.api(), "/api/v1/messages", MESSAGE, "common").send().at("/id");
        String elsewhere = call(CUSTOMER.api(), "/api/v1/messages/send", MESSAGE, "common")
                .send()
                .at("/id");
        assertThat(List.of(mine, theirs, elsewhere)).doesNotHaveDuplicates();
    }

    @Test
    void aKeyMayStandInQuotes() {
        String bare = call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "quoted")
                .send()
                .at("/id");
        assertThat(call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "\"quoted\"")
                        .send()
                        .at("/id"))
                .isEqualTo(bare);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \""})
    void aBlankKeyIsRefused(String key) {
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, key).wrong().send().expect(400);
    }

    @Test
    void aLongKeyIsRefused() {
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "k".repeat(255))
                .send()
                .expect(202);
        call(CUSTOMER.api(), "/api/v1/messages", MESSAGE, "k".repeat(256))
                .wrong()
                .send()
                .expect(400);
    }
}
