package io.herald.message.view;

import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.Message.Attempt;
import io.herald.message.domain.MessageEvent;
import io.herald.platform.journal.InlineView;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.ColumnType;
import io.herald.platform.sql.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code message}, what is due, the providers' ids and the campaigns' counters. A row is what the message's own
 * {@code evolve} made of it; a counter moves by the difference between a message before and after.
 */
public final class MessageView implements InlineView<MessageRecorded> {
    private static final String INSERT = """
            INSERT INTO message (tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class,
                error_code, error_detail, updated_at, campaign_id, recipient, category, to_address, from_address, metadata,
                created_at)
            SELECT tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class, error_code,
                error_detail, timestamptz 'epoch' + updated * interval '1 microsecond', campaign_id, recipient, category,
                to_address, from_address, metadata::jsonb, timestamptz 'epoch' + created * interval '1 microsecond'
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::bigint[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                AS m (tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class, error_code,
                      error_detail, updated, campaign_id, recipient, category, to_address, from_address, metadata, created)
            """;

    private static final String UPDATE = """
            UPDATE message SET status = c.status, channel = c.channel, account = c.account, attempts = c.attempts,
                segments = c.segments, provider_message_id = c.provider_message_id, error_class = c.error_class,
                error_code = c.error_code, error_detail = c.error_detail,
                updated_at = timestamptz 'epoch' + c.updated * interval '1 microsecond'
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::bigint[])
                AS c (tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class, error_code,
                      error_detail, updated)
            WHERE message.tenant_id = c.tenant_id AND message.id = c.id
            """;

    private static final String PUT_DUE = """
            INSERT INTO message_due (tenant_id, message_id, campaign_id, bucket, due_at, owner)
            SELECT tenant_id, message_id, campaign_id, bucket, timestamptz 'epoch' + due * interval '1 microsecond', owner
            FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[])
                AS d (tenant_id, message_id, campaign_id, bucket, due, owner)
            ON CONFLICT (tenant_id, message_id) DO UPDATE SET due_at = excluded.due_at, owner = excluded.owner
            """;

    private static final String DROP_DUE = """
            DELETE FROM message_due USING unnest(?::text[], ?::text[]) AS gone (tenant_id, message_id)
            WHERE message_due.tenant_id = gone.tenant_id AND message_due.message_id = gone.message_id
            """;

    private static final String PUT_REF = """
            INSERT INTO provider_ref (account, provider_message_id, tenant_id, message_id)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[])
            ON CONFLICT DO NOTHING
            """;

    static final String ADD_COUNTS = """
            INSERT INTO campaign_ledger AS l (tenant_id, campaign_id, stripe, fed, waiting, in_flight, accepted, failed, suppressed,
                unknown, expired, cancelled, unsettled, delivered, undelivered, read, fallback, segments)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, campaign_id, stripe) DO UPDATE SET
                fed = l.fed + excluded.fed, waiting = l.waiting + excluded.waiting,
                in_flight = l.in_flight + excluded.in_flight, accepted = l.accepted + excluded.accepted,
                failed = l.failed + excluded.failed, suppressed = l.suppressed + excluded.suppressed,
                unknown = l.unknown + excluded.unknown, expired = l.expired + excluded.expired,
                cancelled = l.cancelled + excluded.cancelled, unsettled = l.unsettled + excluded.unsettled,
                delivered = l.delivered + excluded.delivered, undelivered = l.undelivered + excluded.undelivered,
                read = l.read + excluded.read, fallback = l.fallback + excluded.fallback,
                segments = l.segments + excluded.segments
            """;

    private static final int SLICES_PER_BUCKET = 128;

    private final String stripe;

    /** @param stripe the name of this writer's counter rows; no other writer alive may use it */
    public MessageView(String stripe) {
        this.stripe = stripe;
    }

    /** @param writer the number of a process's writer, each of which has counter rows of its own */
    public static MessageView of(String process, int writer) {
        return new MessageView(process + "-" + writer);
    }

    @Override
    public Class<MessageRecorded> payloads() {
        return MessageRecorded.class;
    }

    /** One message over a group of events: as it was before the first and is after the last. */
    private record Change(String persistenceId, @Nullable Message before, Message after) {}

    @Override
    public void write(Connection connection, List<Entry<MessageRecorded>> entries) throws SQLException {
        Map<String, Change> changes = new LinkedHashMap<>();
        Columns refs = new Columns(entries.size(), ColumnType.TEXT, ColumnType.TEXT, ColumnType.TEXT, ColumnType.TEXT);
        for (Entry<MessageRecorded> entry : entries) {
            MessageRecorded recorded = entry.payload();
            Message after = Objects.requireNonNull(recorded.after(), "a message is persisted with its state");
            String id = entry.persistenceId();
            Change earlier = changes.get(id);
            changes.put(id, new Change(id, earlier == null ? recorded.before() : earlier.before(), after));
            ref(recorded.event(), after, refs);
        }
        rows(connection, changes.values());
        due(connection, changes.values());
        refs.execute(connection, PUT_REF);
        counts(connection, changes.values());
    }

    static void ref(MessageEvent event, Message after, Columns refs) {
        int attempt;
        String id;
        switch (event) {
            case MessageEvent.AttemptAccepted e -> {
                attempt = e.attempt();
                id = e.providerMessageId();
            }
            case MessageEvent.AttemptResolved e -> {
                attempt = e.attempt();
                id = e.providerMessageId();
            }
            case MessageEvent.LateReceipt e -> {
                attempt = e.attempt();
                id = e.providerMessageId();
            }
            default -> {
                return;
            }
        }
        if (id != null && !id.isEmpty()) {
            Envelope envelope = after.envelope();
            refs.text(after.attempt(attempt).start().account())
                    .text(id)
                    .text(envelope.tenantId())
                    .text(envelope.messageId());
        }
    }

    /** What changes over a message's life, and names it. */
    private static final ColumnType[] CHANGING = {
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.INT,
        ColumnType.INT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TEXT,
        ColumnType.TIME
    };

    private static final ColumnType[] WHOLE = Stream.concat(
                    Stream.of(CHANGING),
                    Stream.of(
                            ColumnType.TEXT,
                            ColumnType.INT,
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.TIME))
            .toArray(ColumnType[]::new);

    private static void rows(Connection connection, Collection<Change> changes) throws SQLException {
        Columns inserted = new Columns(changes.size(), WHOLE);
        Columns updated = new Columns(changes.size(), CHANGING);
        for (Change change : changes) {
            if (change.before() == null) {
                changing(inserted, change.after());
                lasting(inserted, change.after());
            } else {
                changing(updated, change.after());
            }
        }
        inserted.execute(connection, INSERT);
        if (updated.execute(connection, UPDATE) != updated.rows()) {
            throw new IllegalStateException("a message was removed, and nothing more can happen to it");
        }
    }

    private static void changing(Columns row, Message m) {
        Envelope e = m.envelope();
        Message.Failure failure = m.failure();
        row.text(e.tenantId())
                .text(e.messageId())
                .text(m.status().wire())
                .text(m.channel().wire())
                .text(m.step().account())
                .number(m.attempts().size())
                .number(m.segments())
                .text(m.lastAttempt().map(Attempt::providerMessageId).orElse(null))
                .text(failure == null ? null : failure.errorClass().wire())
                .text(failure == null ? null : failure.code())
                .text(failure == null ? null : failure.detail())
                .time(m.lastAt());
    }

    private static void lasting(Columns row, Message m) {
        Envelope e = m.envelope();
        row.text(e.campaignId())
                .number(e.recipient())
                .text(e.category().wire())
                .text(e.person().to())
                .text(e.from())
                .text(e.metadata().isEmpty() ? null : Json.text(e.metadata()))
                .time(m.createdAt());
    }

    private static void due(Connection connection, Collection<Change> changes) throws SQLException {
        Columns put = new Columns(
                changes.size(),
                ColumnType.TEXT,
                ColumnType.TEXT,
                ColumnType.TEXT,
                ColumnType.INT,
                ColumnType.TIME,
                ColumnType.TEXT);
        Columns gone = new Columns(changes.size(), ColumnType.TEXT, ColumnType.TEXT);
        for (Change change : changes) {
            Message.Due before =
                    change.before() == null ? null : change.before().due();
            Message.Due after = change.after().due();
            Envelope e = change.after().envelope();
            if (after != null && !after.equals(before)) {
                put.text(e.tenantId())
                        .text(e.messageId())
                        .text(e.campaignId())
                        .number(bucket(change.persistenceId()))
                        .time(after.at())
                        .text(after.owner());
            } else if (after == null && before != null) {
                gone.text(e.tenantId()).text(e.messageId());
            }
        }
        put.execute(connection, PUT_DUE);
        gone.execute(connection, DROP_DUE);
    }

    /** The sweeper's share in which a message lies: its slice, as Akka computes it, by {@value SLICES_PER_BUCKET}. */
    private static int bucket(String persistenceId) {
        return Math.abs(persistenceId.hashCode() % 1024) / SLICES_PER_BUCKET;
    }

    private void counts(Connection connection, Collection<Change> changes) throws SQLException {
        record Key(String tenantId, String campaignId) {}
        Map<Key, Counts> counts = new HashMap<>();
        for (Change change : changes) {
            Envelope e = change.after().envelope();
            if (e.campaignId() != null) {
                Counts sum = counts.computeIfAbsent(new Key(e.tenantId(), e.campaignId()), key -> new Counts());
                if (change.before() != null) {
                    sum.add(change.before(), -1);
                }
                sum.add(change.after(), 1);
            }
        }
        for (Map.Entry<Key, Counts> entry : counts.entrySet()) {
            if (entry.getValue().isNothing()) {
                continue;
            }
            try (PreparedStatement statement = connection.prepareStatement(ADD_COUNTS)) {
                statement.setString(1, entry.getKey().tenantId());
                statement.setString(2, entry.getKey().campaignId());
                statement.setString(3, stripe);
                entry.getValue().bind(statement, 4);
                statement.executeUpdate();
            }
        }
    }

    /** What one or several messages add to their campaign's counters. */
    static final class Counts {
        private final long[] values = new long[15];

        /** @param sign 1 to count it in, -1 to take it out */
        void add(Message m, int sign) {
            values[0] += sign;
            int place = switch (m.status()) {
                case SCHEDULED, QUEUED, RETRYING -> 1;
                case SENDING -> 2;
                case SENT, DELIVERED, READ -> 3;
                case FAILED -> 4;
                case SUPPRESSED -> 5;
                case UNKNOWN -> 6;
                case EXPIRED -> 7;
                case CANCELLED -> 8;
            };
            values[place] += sign;
            count(9, sign, !m.isSettled());
            count(10, sign, m.isDelivered());
            count(11, sign, m.isUndelivered());
            count(12, sign, m.isRead());
            count(13, sign, m.fallbacks() > 0);
            values[14] += (long) sign * m.segments();
        }

        private void count(int index, int sign, boolean applies) {
            if (applies) {
                values[index] += sign;
            }
        }

        /** @param place of a counter, in the order of the columns of {@code campaign_ledger} */
        long get(int place) {
            return values[place];
        }

        boolean isNothing() {
            for (long value : values) {
                if (value != 0) {
                    return false;
                }
            }
            return true;
        }

        void bind(PreparedStatement statement, int first) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                statement.setLong(first + i, values[i]);
            }
        }
    }
}
