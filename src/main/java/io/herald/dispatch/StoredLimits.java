package io.herald.dispatch;

import akka.Done;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Limits as they are set, each given whole to the node that asks: right for one node, too much for several. Shares are renewed every
 * minute, so that a node that lost the database stops sending.
 */
public final class StoredLimits implements LimitOwner {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final String SETTING = """
            SELECT rate_per_second, burst FROM limit_setting WHERE kind = ? AND id = ?
            """;

    private static final String CAMPAIGN_RATE = """
            SELECT coalesce((definition ->> 'rate_per_second')::double precision, 'Infinity') AS rate_per_second
            FROM campaign WHERE tenant_id = ? AND id = ?
            """;

    private final Database database;
    private final ProviderAccounts accounts;
    private final InstantSource clock;

    /** A limit as it is listed. */
    public record Stored(LimitKey key, Setting setting) {}

    public StoredLimits(Database database, ProviderAccounts accounts, InstantSource clock) {
        this.database = database;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Share> share(LimitKey key, double demandPerSecond) {
        Instant until = clock.instant().plus(LEASE);
        return database.run(c -> {
            Optional<Setting> setting = Sql.one(
                    c,
                    SETTING,
                    row -> new Setting(row.getDouble("rate_per_second"), Sql.intOrNull(row, "burst")),
                    key.kind().wire(),
                    key.id());
            double own = own(c, key, setting.isPresent());
            if (setting.isEmpty()) {
                return new Share(own, 0, until);
            }
            Setting set = setting.get();
            return new Share(Math.min(set.ratePerSecond(), own), set.burst() == null ? 0 : set.burst(), until);
        });
    }

    /** The rate that the limited thing brings along: an account's counts where no limit is set, a campaign's beside it. */
    private double own(Connection c, LimitKey key, boolean set) throws SQLException {
        return switch (key.kind()) {
            case PROVIDER ->
                set
                        ? Double.POSITIVE_INFINITY
                        : accounts.find(key.id())
                                .map(ProviderAccount::ratePerSecond)
                                .orElse(Double.POSITIVE_INFINITY);
            case CAMPAIGN ->
                Sql.one(c, CAMPAIGN_RATE, row -> row.getDouble("rate_per_second"), key.tenantId(), key.id())
                        .orElse(Double.POSITIVE_INFINITY);
            case SENDER, TENANT -> Double.POSITIVE_INFINITY;
        };
    }

    /** Sets a limit; the nodes are to be told afterwards. */
    public CompletionStage<Done> set(LimitKey key, Setting setting) {
        Instant now = clock.instant();
        boolean ofAccount = key.kind() == LimitKey.Kind.PROVIDER;
        CompletionStage<Done> set = database.transact(c -> {
            Sql.update(c, """
                    INSERT INTO limit_setting (kind, id, rate_per_second, burst, updated_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (kind, id) DO UPDATE SET rate_per_second = excluded.rate_per_second, burst = excluded.burst,
                        updated_at = excluded.updated_at
                    """, key.kind().wire(), key.id(), setting.ratePerSecond(), setting.burst(), now);
            if (ofAccount) {
                ProviderAccounts.changeRate(c, key.id(), setting.ratePerSecond());
            }
            return Done.getInstance();
        });
        return ofAccount ? set.thenCompose(done -> accounts.refresh()) : set;
    }

    public CompletionStage<List<Stored>> list(String afterKind, String afterId, int limit) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT kind, id, rate_per_second, burst FROM limit_setting WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?
                """,
                row -> new Stored(
                        new LimitKey(LimitKey.Kind.of(row.getString("kind")), row.getString("id")),
                        new Setting(row.getDouble("rate_per_second"), Sql.intOrNull(row, "burst"))),
                afterKind,
                afterId,
                limit));
    }
}
