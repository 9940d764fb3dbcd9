package io.herald.tenant.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.TestNode;
import org.junit.jupiter.api.Test;

/** Tenants and their keys. */
class TenantRoutesTest {
    private static final TestNode NODE = TestNode.shared();

    private final Api admin = NODE.administrator();

    private String tenant() {
        return admin.post("/admin/tenants", "{\"name\": \"Acme\"}").expect(201).at("/id");
    }

    @Test
    void aTenantIsMadeSeenAndChanged() {
        Api.Reply made = admin.post("/admin/tenants", "{\"name\": \"Acme\", \"tier\": \"basic\"}")
                .expect(201);
        String path = "/admin/tenants/" + made.at("/id");
        assertThat(made.at("/tier")).isEqualTo("basic");
        assertThat(admin.get(path).expect(200).json()).isEqualTo(made.json());
        assertThat(admin.patch(path, "{\"tier\": \"premium\"}").expect(200).at("/name"))
                .isEqualTo("Acme");
        assertThat(admin.patch(path, "{\"name\": \"Ajax\"}").expect(200).at("/tier"))
                .isEqualTo("premium");
    }

    @Test
    void aTierThatIsNotSetUpIsRefused() {
        Api.Reply refused = admin.post("/admin/tenants", "{\"name\": \"Acme\", \"tier\": \"golden\"}")
                .expect(400);
        assertThat(refused.errors().get("/tier")).contains("basic, free, premium, unlimited");
        admin.call("PATCH", "/admin/tenants/" + tenant())
                .json("{\"id\": \"another\"}")
                .wrong()
                .send()
                .expect(400);
    }

    @Test
    void aKeyIsShownOnce() {
        String keys = "/admin/tenants/" + tenant() + "/api-keys";
        Api.Reply issued = admin.post(keys, "{\"name\": \"backend\"}").expect(201);
        assertThat(issued.at("/role")).isEqualTo("admin");
        assertThat(admin.get(keys).expect(200).text())
                .contains(issued.at("/id"))
                .doesNotContain(issued.at("/key"));
    }

    @Test
    void aRevokedKeyOpensNothingAtOnce() {
        String keys = "/admin/tenants/" + tenant() + "/api-keys";
        Api.Reply issued = admin.post(keys, "{\"name\": \"backend\"}").expect(201);
        Api api = NODE.anyone().with(issued.at("/key"));
        api.get("/api/v1/messages").expect(200);
        admin.delete(keys + "/" + issued.at("/id")).expect(204);
        api.get("/api/v1/messages").expect(401);
        assertThat(admin.get(keys).at("/items/0/revoked_at")).isNotEmpty();
        admin.delete(keys + "/" + issued.at("/id")).expect(204);
    }

    @Test
    void aKeyIsNotRevokedThroughAnotherTenant() {
        String key = admin.post("/admin/tenants/" + tenant() + "/api-keys", "{\"name\": \"backend\"}")
                .at("/id");
        admin.delete("/admin/tenants/" + tenant() + "/api-keys/" + key).expect(404);
    }

    @Test
    void aRoleThatThereIsNotIsRefused() {
        admin.call("POST", "/admin/tenants/" + tenant() + "/api-keys")
                .json("{\"name\": \"backend\", \"role\": \"king\"}")
                .wrong()
                .send()
                .expect(400);
    }

    @Test
    void keysOfATenantThatThereIsNotAreNotFound() {
        admin.get("/admin/tenants/nobody/api-keys").expect(404);
        admin.post("/admin/tenants/nobody/api-keys", "{\"name\": \"backend\"}").expect(404);
    }
}
