package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.OpenApi;
import io.herald.support.OpenApi.Operation;
import io.herald.support.TestNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call what: held for every operation that the document has. */
class AccessTest {
    private static final TestNode NODE = TestNode.shared();
    private static final List<String> ROLES = List.of("viewer", "sender", "operator", "admin");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final String NOBODYS = "0000000000000000";
    private static final Customer CUSTOMER = NODE.customer();

    static Stream<Operation> keyed() {
        return OpenApi.document().operations().stream()
                .filter(operation ->
                        operation.isAdministrators() || !operation.role().isEmpty());
    }

    static Stream<Operation> tenants() {
        return keyed().filter(operation -> !operation.isAdministrators());
    }

    static Stream<Operation> administrators() {
        return keyed().filter(Operation::isAdministrators);
    }

    static Stream<Operation> tenantsWithId() {
        return tenants().filter(operation -> operation.path().contains("{"));
    }

    static Set<String> paths() {
        return OpenApi.document().operations().stream().map(Operation::path).collect(Collectors.toSet());
    }

    private static Api.Call call(Api api, Operation operation) {
        Api.Call call = api.call(operation.method(), operation.target(NOBODYS)).wrong();
        operation.body().ifPresent(call::json);
        return call;
    }

    @ParameterizedTest
    @MethodSource("keyed")
    void withoutAKeyItIsClosed(Operation operation) {
        Api.Reply refused = call(NODE.anyone(), operation).send().expect(401);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("ApiKey");
    }

    @ParameterizedTest
    @MethodSource("keyed")
    void aWrongKeyOpensNothing(Operation operation) {
        call(NODE.anyone().with("hk_0000000000000000_00000000000000000000000000000000"), operation)
                .send()
                .expect(401);
    }

    @ParameterizedTest
    @MethodSource("tenants")
    void theAdministratorsKeyOpensNothingOfATenants(Operation operation) {
        call(NODE.administrator(), operation).send().expect(403);
    }

    @ParameterizedTest
    @MethodSource("administrators")
    void aTenantsKeyOpensNothingOfTheAdministrators(Operation operation) {
        call(CUSTOMER.api(), operation).send().expect(403);
    }

    @Test
    void aRoleMayDoWhatTheOnesBelowItMayAndNoMore() {
        for (String role : ROLES) {
            Api api = NODE.key(CUSTOMER.id(), role);
            for (Operation operation : tenantsWithId().toList()) {
                boolean may = ROLES.indexOf(role) >= ROLES.indexOf(operation.role());
                assertThat(call(api, operation).send().status())
                        .as("%s by a %s", operation, role)
                        .isEqualTo(may ? 404 : 403);
            }
        }
    }

    @Test
    void aRoleTooLowCreatesNothing() {
        Api viewer = NODE.key(CUSTOMER.id(), "viewer");
        Api sender = NODE.key(CUSTOMER.id(), "sender");
        viewer.post("/api/v1/messages", """
                {"to": "+14155550100", "body": "Hello"}""").expect(403);
        viewer.post("/api/v1/templates", """
                {"name": "T", "variants": {"sms": {"body": "Hello"}}}""").expect(403);
        sender.post("/api/v1/opt-outs", """
                {"channel": "sms", "address": "+14155550100"}""").expect(403);
        sender.call("POST", "/api/v1/contacts/imports")
                .body("text/csv", "phone\n+14155550100\n")
                .send()
                .expect(403);
        assertThat(CUSTOMER.api().get("/api/v1/opt-outs").json().path("items")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("tenantsWithId")
    void whatIsNotThereIsNotFoundBeforeAnythingElseIsSaid(Operation operation) {
        call(CUSTOMER.api(), operation).send().expect(404);
    }

    @ParameterizedTest
    @MethodSource("administrators")
    void whatTheAdministratorDoesNotHaveIsNotFound(Operation operation) {
        if (operation.path().contains("{")) {
            call(NODE.administrator(), operation).send().expect(404);
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aMethodThatAPathDoesNotHaveIsAnsweredWithThoseThatItHas(String path) {
        Set<String> has = OpenApi.document().operations().stream()
                .filter(operation -> operation.path().equals(path))
                .map(Operation::method)
                .collect(Collectors.toSet());
        String target = new Operation("", path, OpenApi.document().root()).target(NOBODYS);
        for (String method : METHODS) {
            if (!has.contains(method)) {
                Api.Reply refused =
                        CUSTOMER.api().call(method, target).wrong().send().expect(405);
                Set<String> allowed = Set.of(refused.header("Allow").split(", ", -1));
                Set<String> wanted = new java.util.HashSet<>(has);
                if (has.contains("GET")) {
                    wanted.add("HEAD");
                }
                assertThat(allowed).isEqualTo(wanted);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/api",
                "/api/v1",
                "/api/v2/messages",
                "/api/v1/messages/",
                "/api//v1/messages",
                "/api/v1/messages/a/b/c",
                "/admin",
                "/health",
                "/web",
                "/web/..%2fapplication.conf",
                "/docs/no-such-file.js",
                "/api/v1/campaigns/%00",
                "/api/v1/campaigns/a%20b"
            })
    void thereIsNothingAtOtherPaths(String path) {
        CUSTOMER.api().call("GET", path).wrong().send().expect(404);
    }

    @Test
    void headIsAnsweredWhereverGetIs() {
        for (String path : List.of("/", "/docs", "/openapi.yaml", "/health/live", "/api/v1/messages")) {
            Api.Reply head = CUSTOMER.api().call("HEAD", path).send().expect(200);
            assertThat(head.text()).isEmpty();
        }
        CUSTOMER.api().call("HEAD", "/api/v1/campaigns/" + NOBODYS).send().expect(404);
        CUSTOMER.api().call("HEAD", "/api/v1/messages/bulk").wrong().send().expect(405);
    }
}
