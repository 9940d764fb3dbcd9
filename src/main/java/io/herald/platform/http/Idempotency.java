package io.herald.platform.http;

import akka.Done;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The first answers to requests that carried an {@code Idempotency-Key}, for 24 hours. A request whose node died before it was
 * answered may be done again after a minute: ids are derived from the key and the time of its first use, so doing it again makes
 * nothing twice, and the key's next use after a day makes something else.
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
        /**
         * Nobody has answered this: do it.
         *
         * @param since the key's first use
         */
        record Fresh(Instant since) implements Claim {}

        record Answered(int status, String body) implements Claim {}

        record Different() implements Claim {}

        record UnderWay() implements Claim {}
    }

    private record Stored(
            byte[] fingerprint,
            Instant since,
            @Nullable Integer status,
            @Nullable String body) {}

    CompletionStage<Claim> claim(String tenant, String route, String key, byte[] fingerprint) {
        Instant now = clock.instant();
        return database.transact(c -> {
            Sql.update(c, """
                    DELETE FROM idempotency WHERE tenant_id = ? AND route = ? AND key = ? AND created_at < ?
                    """, tenant, route, key, now.minus(KEPT));
            Optional<Instant> inserted =
                    Sql.one(c, """
                    INSERT INTO idempotency (tenant_id, route, key, fingerprint, created_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING RETURNING created_at
                    """, row -> Sql.instant(row, "created_at"), tenant, route, key, fingerprint, now);
            if (inserted.isPresent()) {
                return new Claim.Fresh(inserted.get());
            }
            Stored stored = Sql.one(
                            c,
                            """
                            SELECT fingerprint, created_at, status, body FROM idempotency
                            WHERE tenant_id = ? AND route = ? AND key = ?
                            """,
                            row -> new Stored(
                                    row.getBytes("fingerprint"),
                                    Sql.instant(row, "created_at"),
                                    Sql.intOrNull(row, "status"),
                                    row.getString("body")),
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
            if (stored.status() != null) {
                return new Claim.Answered(stored.status(), stored.body() == null ? "" : stored.body());
            }
            return stored.since().isBefore(now.minus(ABANDONED))
                    ? new Claim.Fresh(stored.since())
                    : new Claim.UnderWay();
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
