package io.herald.tenant.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long a tenant's messages are kept. */
class RetentionRoutesTest {
    private static final TestNode NODE = TestNode.shared();

    private final Api admin = NODE.administrator();

    private static String path(Customer customer) {
        return "/admin/tenants/" + customer.id() + "/retention";
    }

    @Test
    void messagesAreKeptForGoodUnlessSomethingElseIsSet() {
        Customer customer = NODE.customer();
        assertThat(admin.get(path(customer)).expect(200).json()).isEqualTo(Api.parse("{\"message_days\": null}"));
        assertThat(admin.put(path(customer), "{\"message_days\": 90}")
                        .expect(200)
                        .at("/message_days"))
                .isEqualTo("90");
        assertThat(admin.put(path(customer), "{\"message_days\": 30}")
                        .expect(200)
                        .at("/message_days"))
                .isEqualTo("30");
        assertThat(admin.get(path(customer)).expect(200).json()).isEqualTo(Api.parse("{\"message_days\": 30}"));
        assertThat(admin.get(path(NODE.customer())).expect(200).at("/message_days"))
                .as("another's")
                .isEqualTo("null");
        admin.delete(path(customer)).expect(204);
        admin.delete(path(customer)).expect(204);
        assertThat(admin.get(path(customer)).expect(200).at("/message_days")).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3650})
    void theBoundsAreWithin(int days) {
        Customer customer = NODE.customer();
        admin.put(path(customer), "{\"message_days\": " + days + "}").expect(200);
        assertThat(admin.get(path(customer)).json().path("message_days").asInt())
                .isEqualTo(days);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                  | /message_days | is missing",
                "{\"message_days\": null}            | /message_days | is missing",
                "{\"message_days\": 0}               | /message_days | must be between 1 and 3650",
                "{\"message_days\": 3651}            | /message_days | must be between 1 and 3650",
                "{\"message_days\": -1}              | /message_days | must be between 1 and 3650",
                "{\"message_days\": 1.5}             | /message_days | must be a whole number",
                "{\"message_days\": \"90\"}          | /message_days | must be a whole number",
                "{\"message_days\": 90, \"days\": 1} | /days         | is not known here"
            })
    void whatIsNoNumberOfDaysIsRefusedAndChangesNothing(String json, String pointer, String detail) {
        Customer customer = NODE.customer();
        admin.put(path(customer), "{\"message_days\": 7}").expect(200);
        Api.Reply refused =
                admin.call("PUT", path(customer)).json(json).wrong().send().expect(400);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(refused.errors()).containsEntry(pointer, detail);
        assertThat(admin.get(path(customer)).at("/message_days")).isEqualTo("7");
    }

    @Test
    void aTenantThatThereIsNotHasNoRetention() {
        String nobody = "/admin/tenants/nobody/retention";
        admin.get(nobody).expect(404);
        admin.put(nobody, "{\"message_days\": 90}").expect(404);
        admin.delete(nobody).expect(404);
    }

    @Test
    void aTenantDoesNotDecideItself() {
        Customer customer = NODE.customer();
        customer.api().get(path(customer)).expect(403);
        customer.api().put(path(customer), "{\"message_days\": 90}").expect(403);
        customer.api().delete(path(customer)).expect(403);
    }
}
