package io.herald.webhook;

import akka.Done;
import io.herald.channel.WebhookResult.Inbound;
import io.herald.contact.Keywords;
import io.herald.contact.OptOuts;
import io.herald.kernel.DeliveryReport;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.ColumnType;
import io.herald.platform.sql.Columns;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Grouped;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What callbacks leave behind: each as it came in, reports whose message is not known yet, and what people wrote. */
public final class CallbackStore {
    private static final int MAX_GROUP = 500;
    private static final Duration PACE = Duration.ofMillis(15);

    private record Raw(String account, Instant at, byte[] body) {}

    /** A report that waits for its message to be known, and now is. */
    public record Matched(long id, DeliveryReport report, String tenantId, String messageId) {}

    private final Database database;
    private final InstantSource clock;
    private final OptOuts optOuts;
    private final Grouped<Raw, Done> raw;

    public CallbackStore(Database database, InstantSource clock, OptOuts optOuts) {
        this.database = database;
        this.clock = clock;
        this.optOuts = optOuts;
        this.raw = new Grouped<>(database, MAX_GROUP, PACE, CallbackStore::insert);
    }

    /** Keeps a callback as it came in. */
    CompletionStage<Done> keep(String account, byte[] body) {
        return raw.ask(new Raw(account, clock.instant(), body));
    }

    private static List<Done> insert(Connection c, List<Raw> group) throws SQLException {
        Columns rows = new Columns(group.size(), ColumnType.TEXT, ColumnType.TIME, ColumnType.BYTES);
        for (Raw one : group) {
            rows.text(one.account()).time(one.at()).bytes(one.body());
        }
        rows.execute(c, """
                INSERT INTO provider_event (account, received_at, body)
                SELECT account, timestamptz 'epoch' + received * interval '1 microsecond', body
                FROM unnest(?::text[], ?::bigint[], ?::bytea[]) AS e (account, received, body)
                """);
        return Collections.nCopies(group.size(), Done.getInstance());
    }

    /** Keeps a report until its message is known. */
    CompletionStage<Done> park(String account, DeliveryReport report) {
        Instant now = clock.instant();
        return database.run(c -> {
            Sql.update(c, """
                    INSERT INTO parked_report (account, provider_message_id, report, received_at) VALUES (?, ?, ?, ?)
                    """, account, report.providerMessageId(), new Sql.Jsonb(Json.text(report)), now);
            return Done.getInstance();
        });
    }

    /** Parked reports whose message is known by now, the oldest first. */
    CompletionStage<List<Matched>> matched(int limit) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT p.id, p.report, r.tenant_id, r.message_id FROM parked_report p
                JOIN provider_ref r ON r.account = p.account AND r.provider_message_id = p.provider_message_id
                ORDER BY p.id LIMIT ?
                """,
                row -> new Matched(
                        row.getLong("id"),
                        Json.read(row.getString("report"), DeliveryReport.class),
                        row.getString("tenant_id"),
                        row.getString("message_id")),
                limit));
    }

    CompletionStage<Done> unpark(long id) {
        return database.run(c -> {
            Sql.update(c, "DELETE FROM parked_report WHERE id = ?", id);
            return Done.getInstance();
        });
    }

    /** Whether a person's message is news, and what it says of consent. */
    record Noted(boolean news, Keywords keyword) {}

    /**
     * Keeps what a person wrote and, in the same transaction, what follows from it for consent: a repetition changes nothing.
     *
     * @param tenantId absent where it can't be told who was written to
     */
    CompletionStage<Noted> note(String account, @Nullable String tenantId, Inbound inbound) {
        Instant now = clock.instant();
        Keywords keyword = inbound.keyword() == null ? Keywords.of(inbound.text()) : Keywords.of(inbound.keyword());
        return database.transact(c -> {
            int inserted = Sql.update(
                    c,
                    """
                    INSERT INTO inbound_message (account, provider_message_id, tenant_id, channel, from_address, to_address, body,
                        received_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                    account,
                    inbound.providerMessageId(),
                    tenantId,
                    inbound.channel().wire(),
                    inbound.from(),
                    inbound.to(),
                    inbound.text(),
                    now);
            if (inserted == 1 && tenantId != null) {
                OptOuts.Subject subject = new OptOuts.Subject(tenantId, inbound.channel(), inbound.from());
                switch (keyword) {
                    case STOP -> optOuts.insert(c, subject, "keyword");
                    case START -> optOuts.delete(c, subject);
                    case NONE -> {}
                }
            }
            return new Noted(inserted == 1, keyword);
        });
    }

    /** Forgets raw callbacks and reports that nobody matched. @return how many rows */
    public CompletionStage<Integer> purge(Duration rawKept, Duration parkedKept) {
        Instant now = clock.instant();
        return database.transactAtLength(
                c -> Sql.update(c, "DELETE FROM provider_event WHERE received_at < ?", now.minus(rawKept))
                        + Sql.update(c, "DELETE FROM parked_report WHERE received_at < ?", now.minus(parkedKept)));
    }
}
