package io.herald.tenant;

import io.herald.kernel.Ids;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The key that opens {@code /admin}: the one that is configured, else one that the first start makes up.
 *
 * @param hash its SHA-256
 * @param madeUp the key itself, where this start made it: to be shown now, for it is kept nowhere
 */
public record AdministratorKey(byte[] hash, @Nullable String madeUp) {
    private static final String SETTING = "administrator-key";

    /** @param configured empty where none is */
    public static CompletionStage<AdministratorKey> ensure(Database database, String configured) {
        if (!configured.isBlank()) {
            return java.util.concurrent.CompletableFuture.completedFuture(
                    new AdministratorKey(ApiKeys.hash(configured), null));
        }
        return database.transact(AdministratorKey::storedOrNew);
    }

    private static AdministratorKey storedOrNew(Connection c) throws SQLException {
        String key = "ha_" + Ids.secret();
        byte[] hash = ApiKeys.hash(key);
        int inserted = Sql.update(
                c,
                "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
                SETTING,
                HexFormat.of().formatHex(hash));
        if (inserted == 1) {
            return new AdministratorKey(hash, key);
        }
        String stored = Sql.one(c, "SELECT value FROM setting WHERE key = ?", row -> row.getString(1), SETTING)
                .orElseThrow();
        return new AdministratorKey(HexFormat.of().parseHex(stored), null);
    }
}
