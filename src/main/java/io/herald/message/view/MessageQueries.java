package io.herald.message.view;

import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.ErrorClass;
import io.herald.message.MessageEntity;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.Status;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is read of messages. */
public final class MessageQueries {
    public static final String COLUMNS = """
            m.tenant_id, m.id, m.campaign_id, m.recipient, m.category, m.status, m.channel, m.to_address, m.from_address, m.account,
            m.provider_message_id, m.attempts, m.segments, m.error_class, m.error_code, m.error_detail, m.metadata, m.created_at,
            m.updated_at
            """;

    /** What a list shows only; {@code to} is an exact address. */
    public record Filter(
            Optional<Status> status, Optional<Channel> channel, Optional<String> campaignId, Optional<String> to) {}

    /** How many messages of a campaign failed, and why. */
    public record Failures(String errorClass, String errorCode, String status, long messages) {}

    private final Database database;

    public MessageQueries(Database database) {
        this.database = database;
    }

    public CompletionStage<Optional<MessageRow>> find(String tenantId, String id) {
        return database.run(c -> Sql.one(
                c,
                "SELECT " + COLUMNS + " FROM message m WHERE m.tenant_id = ? AND m.id = ?",
                MessageQueries::message,
                tenantId,
                id));
    }

    /** The newest first, after the one with that time and id. */
    public CompletionStage<List<MessageRow>> list(
            String tenantId, Filter filter, @Nullable Instant beforeTime, @Nullable String beforeId, int limit) {
        String campaign = filter.campaignId().orElse(null);
        return database.run(c -> Sql.list(
                c,
                "SELECT " + COLUMNS + """
                 FROM message m
                WHERE m.tenant_id = ? AND (?::text IS NULL OR m.status = ?) AND (?::text IS NULL OR m.channel = ?)
                    AND (?::text IS NULL OR m.to_address = ?)
                    AND (?::text IS NULL OR (m.id > ?::text || '-' AND m.id < ?::text || '.'))
                    AND (?::timestamptz IS NULL OR (m.created_at, m.id) < (?::timestamptz, ?::text))
                ORDER BY m.created_at DESC, m.id DESC LIMIT ?
                """,
                MessageQueries::message,
                tenantId,
                filter.status().map(Status::wire).orElse(null),
                filter.status().map(Status::wire).orElse(null),
                filter.channel().map(Channel::wire).orElse(null),
                filter.channel().map(Channel::wire).orElse(null),
                filter.to().orElse(null),
                filter.to().orElse(null),
                campaign,
                campaign,
                campaign,
                beforeTime,
                beforeTime,
                beforeId,
                limit));
    }

    /** Every event of a message, in order. */
    public CompletionStage<List<MessageEvent>> events(String tenantId, String id) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT event_payload FROM event_journal WHERE persistence_id = ? AND NOT deleted ORDER BY seq_nr
                """,
                row -> Json.read(row.getBytes(1), MessageEvent.class),
                MessageEntity.persistenceId(tenantId, id)));
    }

    /** A message by tenant and id. */
    public record Ref(String tenantId, String messageId) {}

    /** The message that a provider's own id means. */
    public CompletionStage<Optional<Ref>> byProviderId(String account, String providerMessageId) {
        return database.run(c -> Sql.one(
                c,
                "SELECT tenant_id, message_id FROM provider_ref WHERE account = ? AND provider_message_id = ?",
                MessageQueries::ref,
                account,
                providerMessageId));
    }

    /** Messages of a campaign that still have something due, in the order of their ids. */
    public CompletionStage<List<String>> unsettledOf(String tenantId, String campaignId, String afterId, int limit) {
        return database.run(
                c -> Sql.list(c, """
                SELECT message_id FROM message_due WHERE tenant_id = ? AND message_id > ?::text || '-'
                    AND message_id < ?::text || '.' AND message_id > ? ORDER BY message_id LIMIT ?
                """, row -> row.getString(1), tenantId, campaignId, campaignId, afterId, limit));
    }

    /** Messages of a campaign that had failed by then, in the order of their ids. */
    public CompletionStage<List<String>> failedOf(
            String tenantId, String campaignId, Instant by, String afterId, int limit) {
        return database.run(
                c -> Sql.list(c, """
                SELECT id FROM message WHERE tenant_id = ? AND id > ?::text || '-' AND id < ?::text || '.' AND id > ?
                    AND status = 'failed' AND updated_at <= ? ORDER BY id LIMIT ?
                """, row -> row.getString(1), tenantId, campaignId, campaignId, afterId, by, limit));
    }

    /** Messages to one address that wait for an attempt, the newest first. */
    public CompletionStage<List<String>> waitingFor(String tenantId, Channel channel, String address, int limit) {
        return database.run(c -> Sql.list(c, """
                SELECT id FROM message WHERE tenant_id = ? AND to_address = ? AND channel = ?
                    AND status IN ('scheduled', 'queued', 'retrying') ORDER BY created_at DESC LIMIT ?
                """, row -> row.getString(1), tenantId, address, channel.wire(), limit));
    }

    /** The tenant that wrote last to an address through an account that several share. */
    public CompletionStage<Optional<String>> lastTenant(String account, String address) {
        return database.run(c -> Sql.one(c, """
                SELECT m.tenant_id FROM tenant t JOIN message m ON m.tenant_id = t.id AND m.to_address = ? AND m.account = ?
                ORDER BY m.created_at DESC LIMIT 1
                """, row -> row.getString(1), address, account));
    }

    /** Why messages of a campaign did not go, most frequent first. */
    public CompletionStage<List<Failures>> failures(String tenantId, String campaignId) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT error_class, coalesce(error_code, '') AS error_code, status, count(*) AS messages FROM message
                WHERE tenant_id = ? AND id > ?::text || '-' AND id < ?::text || '.' AND error_class IS NOT NULL
                    AND status IN ('failed', 'retrying', 'queued', 'suppressed', 'expired')
                GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 50
                """,
                row -> new Failures(
                        row.getString("error_class"),
                        row.getString("error_code"),
                        row.getString("status"),
                        row.getLong("messages")),
                tenantId,
                campaignId,
                campaignId));
    }

    private static Ref ref(ResultSet row) throws SQLException {
        return new Ref(row.getString("tenant_id"), row.getString("message_id"));
    }

    /** Reads the {@link #COLUMNS}. */
    public static MessageRow message(ResultSet row) throws SQLException {
        String errorClass = row.getString("error_class");
        String metadata = row.getString("metadata");
        return new MessageRow(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getString("campaign_id"),
                row.getInt("recipient"),
                Category.of(row.getString("category")),
                Status.of(row.getString("status")),
                Channel.of(row.getString("channel")),
                row.getString("to_address"),
                row.getString("from_address"),
                row.getString("account"),
                row.getString("provider_message_id"),
                row.getInt("attempts"),
                row.getInt("segments"),
                errorClass == null ? null : ErrorClass.of(errorClass),
                row.getString("error_code"),
                row.getString("error_detail"),
                metadata == null ? Map.of() : Json.read(metadata, Json.OBJECT),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
