package io.herald.platform.http;

import akka.Done;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The first answers to requests that carried an {@code Idempotency-Key}, for 24 hours. A request whose node died before it was
 * answered may be taken over after a minute: ids are derived from the key, so doing it again makes nothing twice.
 */
public final class Idempotency {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;

    public Idempotency(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    sealed interface Claim {
        /** Nobody has asked this before: do it. */
        record Fresh() implements Claim {}

        record Answered(int status, String body) implements Claim {}

        record Different() implements Claim {}

        record UnderWay() implements Claim {}
    }

    private record Stored(
            byte[] fingerprint,
            @Nullable Integer status,
            @Nullable String body) {}

    CompletionStage<Claim> claim(String tenant, String route, String key, byte[] fingerprint) {
        Instant now = clock.instant();
        return database.transact(c -> {
            Sql.update(c, """
                    DELETE FROM idempotency WHERE tenant_id = ? AND route = ? AND key = ?
                    AND (created_at < ? OR (status IS NULL AND created_at < ?))
                    """, tenant, route, key, now.minus(KEPT), now.minus(ABANDONED));
            int inserted = Sql.update(c, """
                    INSERT INTO idempotency (tenant_id, route, key, fingerprint, created_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, tenant, route, key, fingerprint, now);
            if (inserted == 1) {
                return new Claim.Fresh();
            }
            Stored stored = Sql.one(
                            c,
                            """
                            SELECT fingerprint, status, body FROM idempotency WHERE tenant_id = ? AND route = ? AND key = ?
                            """,
                            row -> new Stored(
                                    row.getBytes("fingerprint"), Sql.intOrNull(row, "status"), row.getString("body")),
                            tenant,
                            route,
                            key)
                    .orElse(null);
            if (stored == null) {
                return new Claim.UnderWay();
            }
            if (!Arrays.equals(stored.fingerprint(), fingerprint)) {
                return new Claim.Different();
            }
            return stored.status() == null
                    ? new Claim.UnderWay()
                    : new Claim.Answered(stored.status(), stored.body() == null ? "" : stored.body());
        });
    }

    CompletionStage<Done> answered(String tenant, String route, String key, int status, String body) {
        return database.run(c -> {
            Sql.update(
                    c,
                    "UPDATE idempotency SET status = ?, body = ? WHERE tenant_id = ? AND route = ? AND key = ?",
                    status,
                    body,
                    tenant,
                    route,
                    key);
            return Done.getInstance();
        });
    }

    /** The request was refused: the key may be used again, with a better body. */
    CompletionStage<Done> released(String tenant, String route, String key) {
        return database.run(c -> {
            Sql.update(
                    c,
                    "DELETE FROM idempotency WHERE tenant_id = ? AND route = ? AND key = ? AND status IS NULL",
                    tenant,
                    route,
                    key);
            return Done.getInstance();
        });
    }

    /** Forgets what is older than it is kept. */
    public CompletionStage<Integer> purge() {
        Instant oldest = clock.instant().minus(KEPT);
        return database.run(c -> Sql.update(c, "DELETE FROM idempotency WHERE created_at < ?", oldest));
    }
}
