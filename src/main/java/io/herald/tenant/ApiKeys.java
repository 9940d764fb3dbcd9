package io.herald.tenant;

import io.herald.kernel.Ids;
import io.herald.platform.Remembered;
import io.herald.platform.http.Authentication;
import io.herald.platform.http.Principal;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys of tenants, {@code hk_<id>_<secret>}. The secret has 160 bits of chance, so its SHA-256 is all that is kept: nothing could
 * be guessed from it. A key that was looked up counts for ten seconds more on nodes that did not see it revoked.
 */
public final class ApiKeys implements Authentication {
    private static final Pattern WRITTEN = Pattern.compile("hk_[0-9a-z]{16}_[0-9a-z]{32}");
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final Database database;
    private final Tiers tiers;
    private final InstantSource clock;
    private final byte[] administrator;
    private final Remembered<String, Optional<Known>> known = new Remembered<>(10_000, REMEMBERED, this::find);

    /** A key as it is listed. */
    public record ApiKey(
            String id,
            String tenantId,
            String name,
            Role role,
            Instant createdAt,
            @Nullable Instant revokedAt) {}

    /** A key as it is shown, once. */
    public record Issued(ApiKey apiKey, String key) {}

    private record Known(byte[] hash, Principal.TenantKey principal) {}

    /** @param administrator the SHA-256 of the administrator's key */
    public ApiKeys(Database database, Tiers tiers, InstantSource clock, byte[] administrator) {
        this.database = database;
        this.tiers = tiers;
        this.clock = clock;
        this.administrator = administrator.clone();
    }

    public CompletionStage<Issued> issue(String tenantId, String name, Role role) {
        String id = Ids.compact(clock.millis());
        String key = "hk_" + id + "_" + Ids.secret();
        ApiKey apiKey = new ApiKey(id, tenantId, name, role, clock.instant(), null);
        return database.run(c -> {
            Sql.update(
                    c,
                    "INSERT INTO api_key (id, tenant_id, name, role, hash, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    id,
                    tenantId,
                    name,
                    role.wire(),
                    hash(key),
                    apiKey.createdAt());
            return new Issued(apiKey, key);
        });
    }

    public CompletionStage<List<ApiKey>> list(String tenantId) {
        return database.run(c -> Sql.list(
                c,
                "SELECT id, tenant_id, name, role, created_at, revoked_at FROM api_key WHERE tenant_id = ? ORDER BY id",
                ApiKeys::apiKey,
                tenantId));
    }

    /** @return whether there was such a key */
    public CompletionStage<Boolean> revoke(String tenantId, String id) {
        Instant now = clock.instant();
        return database.run(c -> Sql.update(
                                c,
                                "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?) WHERE tenant_id = ? AND id = ?",
                                now,
                                tenantId,
                                id)
                        > 0)
                .thenApply(revoked -> {
                    known.forget(id);
                    return revoked;
                });
    }

    @Override
    public CompletionStage<Optional<Principal>> of(String key) {
        byte[] hash = hash(key);
        if (MessageDigest.isEqual(hash, administrator)) {
            return CompletableFuture.completedFuture(Optional.of(new Principal.Administrator()));
        }
        if (!WRITTEN.matcher(key).matches()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String id = key.substring(3, 19);
        return known.get(id)
                .thenApply(found ->
                        found.filter(k -> MessageDigest.isEqual(k.hash(), hash)).map(Known::principal));
    }

    private CompletionStage<Optional<Known>> find(String id) {
        return database.run(c -> Sql.one(
                c,
                """
                SELECT k.tenant_id, k.role, k.hash, t.tier FROM api_key k JOIN tenant t ON t.id = k.tenant_id
                WHERE k.id = ? AND k.revoked_at IS NULL
                """,
                row -> new Known(
                        row.getBytes("hash"),
                        new Principal.TenantKey(
                                row.getString("tenant_id"),
                                id,
                                Role.of(row.getString("role")).access(),
                                tiers.of(row.getString("tier")))),
                id));
    }

    public static byte[] hash(String key) {
        return Ids.sha256(key.getBytes(StandardCharsets.UTF_8));
    }

    private static ApiKey apiKey(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString("id"),
                row.getString("tenant_id"),
                row.getString("name"),
                Role.of(row.getString("role")),
                Sql.instant(row, "created_at"),
                Sql.instantOrNull(row, "revoked_at"));
    }
}
