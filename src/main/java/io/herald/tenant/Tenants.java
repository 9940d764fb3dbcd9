package io.herald.tenant;

import io.herald.kernel.Ids;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The tenants of this installation. */
public final class Tenants {
    private static final String COLUMNS = "id, name, tier, created_at";

    private final Database database;
    private final InstantSource clock;

    public Tenants(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Makes a tenant; one with this id already is left as it is. */
    public CompletionStage<Tenant> create(String id, String name, String tier) {
        Tenant tenant = new Tenant(id, name, tier, clock.instant());
        return database.run(c -> {
            Sql.update(
                    c,
                    "INSERT INTO tenant (id, name, tier, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                    tenant.id(),
                    tenant.name(),
                    tenant.tier(),
                    tenant.createdAt());
            return tenant;
        });
    }

    public CompletionStage<Tenant> create(String name, String tier) {
        return create(Ids.compact(clock.millis()), name, tier);
    }

    public CompletionStage<Optional<Tenant>> find(String id) {
        return database.run(c -> Sql.one(c, "SELECT " + COLUMNS + " FROM tenant WHERE id = ?", Tenants::tenant, id));
    }

    public CompletionStage<List<Tenant>> list(String afterId, int limit) {
        return database.run(c -> Sql.list(
                c,
                "SELECT " + COLUMNS + " FROM tenant WHERE id > ? ORDER BY id LIMIT ?",
                Tenants::tenant,
                afterId,
                limit));
    }

    /** Changes what is given. */
    public CompletionStage<Optional<Tenant>> change(String id, @Nullable String name, @Nullable String tier) {
        return database.run(c -> Sql.one(
                c,
                "UPDATE tenant SET name = coalesce(?::text, name), tier = coalesce(?::text, tier) WHERE id = ? RETURNING "
                        + COLUMNS,
                Tenants::tenant,
                name,
                tier,
                id));
    }

    /**
     * For how long a tenant's messages are kept.
     *
     * @param messageDays after the end of their campaign; absent: for good
     */
    public record Retention(@Nullable Integer messageDays) {}

    /** Absent where there is no such tenant. */
    public CompletionStage<Optional<Retention>> retention(String id) {
        return database.run(
                c -> Sql.one(c, "SELECT message_retention_days FROM tenant WHERE id = ?", Tenants::retention, id));
    }

    /** Replaces what was set. @return absent where there is no such tenant */
    public CompletionStage<Optional<Retention>> keep(String id, Retention retention) {
        return database.run(c -> Sql.one(
                c,
                "UPDATE tenant SET message_retention_days = ? WHERE id = ? RETURNING message_retention_days",
                Tenants::retention,
                retention.messageDays(),
                id));
    }

    private static Retention retention(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Retention(Sql.intOrNull(row, "message_retention_days"));
    }

    private static Tenant tenant(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Tenant(
                row.getString("id"), row.getString("name"), row.getString("tier"), Sql.instant(row, "created_at"));
    }
}
