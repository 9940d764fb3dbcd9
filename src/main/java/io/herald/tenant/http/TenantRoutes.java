package io.herald.tenant.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import io.herald.tenant.ApiKeys;
import io.herald.tenant.Role;
import io.herald.tenant.Tenant;
import io.herald.tenant.Tenants;
import io.herald.tenant.Tiers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /admin/tenants}, their API keys, and for how long their messages are kept. */
public final class TenantRoutes implements Endpoint.Group {
    private static final int MOST_DAYS = 3650;

    private final Tenants tenants;
    private final ApiKeys keys;
    private final Tiers tiers;

    public TenantRoutes(Tenants tenants, ApiKeys keys, Tiers tiers) {
        this.tenants = tenants;
        this.keys = keys;
        this.tiers = tiers;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record KeyJson(
            String id,
            String name,
            String role,
            Instant createdAt,
            @Nullable Instant revokedAt,
            @Nullable String key) {
        static KeyJson of(ApiKeys.ApiKey k, @Nullable String secret) {
            return new KeyJson(k.id(), k.name(), k.role().wire(), k.createdAt(), k.revokedAt(), secret);
        }
    }

    private record RetentionJson(
            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Integer messageDays) {
        static RetentionJson of(Tenants.Retention r) {
            return new RetentionJson(r.messageDays());
        }
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.create("/admin/tenants", Access.ADMIN, this::create),
                Endpoint.get("/admin/tenants", Access.ADMIN, this::list),
                Endpoint.get("/admin/tenants/{id}", Access.ADMIN, x -> tenant(x).thenApply(Answer::ok)),
                Endpoint.patch("/admin/tenants/{id}", Access.ADMIN, this::change),
                // Not repeatable under an idempotency key: the answer holds a secret, which is kept nowhere.
                Endpoint.act("/admin/tenants/{id}/api-keys", Access.ADMIN, this::issue),
                Endpoint.get("/admin/tenants/{id}/api-keys", Access.ADMIN, this::listKeys),
                Endpoint.delete("/admin/tenants/{id}/api-keys/{key}", Access.ADMIN, this::revoke),
                Endpoint.get("/admin/tenants/{id}/retention", Access.ADMIN, this::retention),
                Endpoint.put("/admin/tenants/{id}/retention", Access.ADMIN, this::keepFor),
                Endpoint.delete("/admin/tenants/{id}/retention", Access.ADMIN, this::keepForGood));
    }

    private CompletionStage<Answer> create(Exchange x) {
        Fields f = x.json();
        String name = f.text("name", 200);
        String tier = tier(f);
        f.check();
        return tenants.create(x.newId(), name, tier == null ? tiers.usual() : tier)
                .thenApply(Answer::created);
    }

    private @Nullable String tier(Fields f) {
        return f.oneOfOrNull(
                "tier",
                tier -> {
                    if (!tiers.perMinute().containsKey(tier)) {
                        throw new IllegalArgumentException(tier);
                    }
                    return tier;
                },
                String.join(", ", new TreeSet<>(tiers.perMinute().keySet())));
    }

    private CompletionStage<Answer> list(Exchange x) {
        x.onlyQuery("limit", "cursor");
        int limit = x.limit();
        String after = x.cursor(1).map(cursor -> cursor.text(0)).orElse("");
        return tenants.list(after, limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found,
                        found.size() < limit ? null : Cursor.of(found.getLast().id()))));
    }

    private CompletionStage<Tenant> tenant(Exchange x) {
        return tenants.find(x.path("id")).thenApply(TenantRoutes::ofTenant);
    }

    private CompletionStage<Answer> change(Exchange x) {
        Fields f = x.json();
        String name = f.has("name") ? f.text("name", 200) : null;
        String tier = tier(f);
        f.check();
        return tenants.change(x.path("id"), name, tier).thenApply(found -> Answer.ok(ofTenant(found)));
    }

    private CompletionStage<Answer> issue(Exchange x) {
        return tenant(x).thenCompose(tenant -> {
            Fields f = x.json();
            String name = f.text("name", 200);
            Role role = f.oneOfOrNull("role", Role::of, "admin, operator, sender, viewer");
            f.check();
            return keys.issue(tenant.id(), name, role == null ? Role.ADMIN : role)
                    .thenApply(issued -> Answer.created(KeyJson.of(issued.apiKey(), issued.key())));
        });
    }

    private CompletionStage<Answer> listKeys(Exchange x) {
        return tenant(x)
                .thenCompose(tenant -> keys.list(tenant.id()))
                .thenApply(found -> Answer.ok(x.page(found, ApiKeys.ApiKey::id).of(key -> KeyJson.of(key, null))));
    }

    private CompletionStage<Answer> retention(Exchange x) {
        return tenants.retention(x.path("id")).thenApply(found -> Answer.ok(RetentionJson.of(ofTenant(found))));
    }

    private static <T> T ofTenant(Optional<T> found) {
        return found.orElseThrow(() -> Problem.notFound("there is no such tenant"));
    }

    private CompletionStage<Answer> keepFor(Exchange x) {
        Fields f = x.json();
        Integer days = f.integerOrNull("message_days", 1, MOST_DAYS);
        if (days == null) {
            f.missing("message_days");
        }
        f.check();
        return tenants.keep(x.path("id"), new Tenants.Retention(days))
                .thenApply(found -> Answer.ok(RetentionJson.of(ofTenant(found))));
    }

    private CompletionStage<Answer> keepForGood(Exchange x) {
        return tenants.keep(x.path("id"), new Tenants.Retention(null)).thenApply(found -> {
            ofTenant(found);
            return Answer.noContent();
        });
    }

    private CompletionStage<Answer> revoke(Exchange x) {
        return keys.revoke(x.path("id"), x.path("key")).thenApply(revoked -> {
            if (!revoked) {
                throw Problem.notFound("there is no such key");
            }
            return Answer.noContent();
        });
    }
}
