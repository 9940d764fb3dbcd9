package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import org.junit.jupiter.api.Test;

/** How often a tenant may call. */
class RequestRatesApiTest {
    private static final TestNode NODE = TestNode.shared();
    private static final String PATH = "/api/v1/messages?limit=1";

    @Test
    void aTierBoundsTheRequestsOfAllATenantsKeysTogether() {
        Customer customer = NODE.customer("free");
        Api other = NODE.key(customer.id(), "viewer");
        for (int i = 0; i < 60; i++) {
            Api.Reply reply = (i % 2 == 0 ? customer.api() : other).get(PATH).expect(200);
            assertThat(reply.header("RateLimit-Remaining")).isEqualTo(Integer.toString(59 - i));
            assertThat(reply.header("RateLimit-Limit")).isEqualTo("60");
            assertThat(reply.header("RateLimit-Policy")).isEqualTo("\"requests\";q=60;w=60");
            assertThat(reply.header("RateLimit")).startsWith("\"requests\";r=" + (59 - i) + ";t=");
        }
        for (Api api : new Api[] {customer.api(), other}) {
            Api.Reply refused = api.get(PATH).expect(429);
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            assertThat(refused.header("RateLimit-Reset")).isEqualTo(refused.header("Retry-After"));
            assertThat(refused.header("RateLimit-Remaining")).isEqualTo("0");
        }
        customer.api()
                .post("/api/v1/messages", "{\"to\": \"+14155550100\", \"body\": \"Hello\"}")
                .expect(429);
        NODE.customer("free").api().get(PATH).expect(200);
    }

    @Test
    void whatIsNoCallOfATenantsIsNotCounted() {
        Customer customer = NODE.customer("free");
        for (int i = 0; i < 65; i++) {
            NODE.administrator().get("/admin/tenants/" + customer.id()).expect(200);
            NODE.anyone().get("/health/live").expect(200);
            NODE.anyone()
                    .call("POST", "/api/v1/webhooks/twilio")
                    .body("application/x-www-form-urlencoded", "a=b")
                    .send()
                    .expect(403);
        }
        assertThat(customer.api().get(PATH).expect(200).header("RateLimit-Remaining"))
                .isEqualTo("59");
    }

    @Test
    void anErrorTellsWhereOneStandsToo() {
        Customer customer = NODE.customer("basic");
        assertThat(customer.api().get("/api/v1/messages/nothing").expect(404).header("RateLimit-Remaining"))
                .isEqualTo("299");
    }

    @Test
    void aTierWithoutALimitSaysNothing() {
        assertThat(NODE.customer("unlimited").api().get(PATH).expect(200).header("RateLimit"))
                .isEmpty();
    }
}
