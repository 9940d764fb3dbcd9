package io.herald.channel;

import akka.Done;
import io.herald.kernel.Channel;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of this installation. They are few and asked for with every message, so all of them are held in memory; a change
 * made here is there at once, one made on another node within the time between two {@link #refresh}es.
 */
public final class ProviderAccounts {
    private static final String COLUMNS = """
            id, tenant_id, name, provider, channels, base_url, sender, credentials, rate_per_second, max_concurrent, webhook_token,
            created_at, updated_at
            """;

    private final Database database;
    private final InstantSource clock;
    private final AccountDefaults defaults;
    private volatile Map<String, ProviderAccount> all = Map.of();

    /** What an account has that was given none. */
    public record AccountDefaults(double ratePerSecond, int maxConcurrent) {}

    public ProviderAccounts(Database database, InstantSource clock, AccountDefaults defaults) {
        this.database = database;
        this.clock = clock;
        this.defaults = defaults;
    }

    public CompletionStage<Done> refresh() {
        return database.run(this::load);
    }

    /** One at a time and outside any transaction, so that what is read later is never replaced by what was read before. */
    private synchronized Done load(Connection c) throws SQLException {
        Map<String, ProviderAccount> loaded = new LinkedHashMap<>();
        Sql.list(c, "SELECT " + COLUMNS + " FROM provider_account ORDER BY id", this::account)
                .forEach(account -> loaded.put(account.id(), account));
        all = loaded;
        return Done.getInstance();
    }

    public Optional<ProviderAccount> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    public List<ProviderAccount> list() {
        return List.copyOf(all.values());
    }

    /** The account that this tenant means by an id or a name. */
    public Optional<ProviderAccount> resolve(String tenant, String idOrName) {
        return visibleTo(tenant).stream()
                .filter(account ->
                        account.id().equals(idOrName) || account.name().equals(idOrName))
                .findFirst();
    }

    /** The account that serves a tenant on a channel where nobody named one: its own before a shared one, the oldest first. */
    public Optional<ProviderAccount> usual(String tenant, Channel channel) {
        return visibleTo(tenant).stream()
                .filter(account -> account.channels().contains(channel))
                .findFirst();
    }

    private List<ProviderAccount> visibleTo(String tenant) {
        return all.values().stream()
                .filter(account -> account.serves(tenant))
                .sorted(Comparator.comparing((ProviderAccount account) -> account.tenantId() == null)
                        .thenComparing(ProviderAccount::createdAt))
                .toList();
    }

    /** @return nothing where an account of this name can be seen by one of its tenants already */
    public CompletionStage<Optional<ProviderAccount>> create(
            ProviderAccount draft, @Nullable Double rate, @Nullable Integer concurrent) {
        Instant now = clock.instant();
        CompletionStage<Boolean> made = database.transact(c -> {
            Sql.update(c, "LOCK TABLE provider_account IN SHARE ROW EXCLUSIVE MODE");
            boolean taken = Sql.one(c, """
                            SELECT 1 FROM provider_account
                            WHERE name = ? AND id <> ? AND (tenant_id IS NULL OR ?::text IS NULL OR tenant_id = ?)
                            """, row -> true, draft.name(), draft.id(), draft.tenantId(), draft.tenantId())
                    .isPresent();
            if (taken) {
                return false;
            }
            Sql.update(
                    c,
                    "INSERT INTO provider_account (" + COLUMNS
                            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                    draft.id(),
                    draft.tenantId(),
                    draft.name(),
                    draft.provider(),
                    draft.channels().stream().map(Channel::wire).sorted().toArray(String[]::new),
                    draft.baseUrl(),
                    draft.sender(),
                    new Sql.Jsonb(Json.text(draft.credentials())),
                    rate,
                    concurrent,
                    draft.webhookToken(),
                    now,
                    now);
            return true;
        });
        return made.thenCompose(isMade -> isMade
                ? refresh().thenApply(done -> find(draft.id()))
                : CompletableFuture.completedFuture(Optional.empty()));
    }

    /** Changes what is given; credentials replace all that were there. */
    public CompletionStage<Optional<ProviderAccount>> change(
            String id,
            @Nullable String baseUrl,
            @Nullable String sender,
            @Nullable Map<String, String> credentials,
            @Nullable Integer concurrent) {
        Instant now = clock.instant();
        return database.run(c -> {
            Sql.update(
                    c, """
                    UPDATE provider_account SET base_url = coalesce(?::text, base_url), sender = coalesce(?::text, sender),
                        credentials = coalesce(?::jsonb, credentials), max_concurrent = coalesce(?::int, max_concurrent),
                        updated_at = ?
                    WHERE id = ?
                    """, baseUrl, sender, credentials == null ? null : Json.text(credentials), concurrent, now, id);
            load(c);
            return find(id);
        });
    }

    /** Replaces the rate in the open transaction of whoever changes a limit; it is in force after the next {@link #refresh}. */
    public static void changeRate(Connection c, String id, double ratePerSecond) throws SQLException {
        Sql.update(c, "UPDATE provider_account SET rate_per_second = ? WHERE id = ?", ratePerSecond, id);
    }

    private ProviderAccount account(ResultSet row) throws SQLException {
        Double rate = Sql.doubleOrNull(row, "rate_per_second");
        Integer concurrent = Sql.intOrNull(row, "max_concurrent");
        Map<String, String> credentials = Json.read(row.getString("credentials"), Json.OBJECT).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> String.valueOf(e.getValue())));
        return new ProviderAccount(
                row.getString("id"),
                row.getString("tenant_id"),
                row.getString("name"),
                row.getString("provider"),
                new TreeSet<>(
                        Sql.texts(row, "channels").stream().map(Channel::of).toList()),
                row.getString("base_url"),
                row.getString("sender"),
                credentials,
                rate == null ? defaults.ratePerSecond() : rate,
                concurrent == null ? defaults.maxConcurrent() : concurrent,
                row.getString("webhook_token"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
