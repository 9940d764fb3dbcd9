package io.herald.message.view;

import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.Message.Attempt;
import io.herald.message.domain.MessageEvent;
import io.herald.platform.journal.InlineView;
import io.herald.platform.serialization.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
                error_detail, updated_at, campaign_id, recipient, category, to_address, from_address, metadata::jsonb, created_at
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::timestamptz[])
                AS m (tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class, error_code,
                      error_detail, updated_at, campaign_id, recipient, category, to_address, from_address, metadata, created_at)
            """;

    private static final String UPDATE = """
            UPDATE message SET status = c.status, channel = c.channel, account = c.account, attempts = c.attempts,
                segments = c.segments, provider_message_id = c.provider_message_id, error_class = c.error_class,
                error_code = c.error_code, error_detail = c.error_detail, updated_at = c.updated_at
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::timestamptz[])
                AS c (tenant_id, id, status, channel, account, attempts, segments, provider_message_id, error_class, error_code,
                      error_detail, updated_at)
            WHERE message.tenant_id = c.tenant_id AND message.id = c.id
            """;

    private static final String PUT_DUE = """
            INSERT INTO message_due (tenant_id, message_id, campaign_id, bucket, due_at, owner)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::smallint[], ?::timestamptz[], ?::text[])
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

    private static final String ADD_COUNTS = """
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

    @Override
    public Class<MessageRecorded> payloads() {
        return MessageRecorded.class;
    }

    /** One message over a group of events: as it was before the first and is after the last. */
    private record Change(String persistenceId, @Nullable Message before, Message after) {}

    private record Ref(String account, String providerMessageId, String tenantId, String messageId) {}

    @Override
    public void write(Connection connection, List<Entry<MessageRecorded>> entries) throws SQLException {
        Map<String, Change> changes = new LinkedHashMap<>();
        List<Ref> refs = new ArrayList<>();
        for (Entry<MessageRecorded> entry : entries) {
            MessageRecorded recorded = entry.payload();
            Message after = Objects.requireNonNull(recorded.after(), "a message is persisted with its state");
            changes.merge(
                    entry.persistenceId(),
                    new Change(entry.persistenceId(), recorded.before(), after),
                    (first, last) -> new Change(first.persistenceId(), first.before(), last.after()));
            ref(recorded.event(), after, refs);
        }
        List<Change> all = List.copyOf(changes.values());
        insert(connection, all.stream().filter(c -> c.before() == null).toList());
        update(connection, all.stream().filter(c -> c.before() != null).toList());
        due(connection, all);
        refs(connection, refs);
        counts(connection, all);
    }

    private static void ref(MessageEvent event, Message after, List<Ref> refs) {
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
            refs.add(new Ref(after.attempt(attempt).start().account(), id, envelope.tenantId(), envelope.messageId()));
        }
    }

    /** What changes over a message's life, and names it. */
    private static final String[] UPDATE_TYPES = {
        "text", "text", "text", "text", "text", "int4", "int4", "text", "text", "text", "text", "timestamptz"
    };

    private static final String[] INSERT_TYPES = Stream.concat(
                    Stream.of(UPDATE_TYPES), Stream.of("text", "int4", "text", "text", "text", "text", "timestamptz"))
            .toArray(String[]::new);

    private static void insert(Connection connection, List<Change> changes) throws SQLException {
        execute(connection, INSERT, changes, INSERT_TYPES);
    }

    private static void update(Connection connection, List<Change> changes) throws SQLException {
        execute(connection, UPDATE, changes, UPDATE_TYPES);
    }

    private static void execute(Connection connection, String sql, List<Change> changes, String[] types)
            throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        Columns rows = new Columns(changes.size());
        for (Change change : changes) {
            Message m = change.after();
            Envelope e = m.envelope();
            Message.Failure failure = m.failure();
            rows.add(
                    e.tenantId(),
                    e.messageId(),
                    m.status().wire(),
                    m.channel().wire(),
                    m.step().account(),
                    m.attempts().size(),
                    m.segments(),
                    m.lastAttempt().map(Attempt::providerMessageId).orElse(null),
                    failure == null ? null : failure.errorClass().wire(),
                    failure == null ? null : failure.code(),
                    failure == null ? null : failure.detail(),
                    time(m.lastAt()),
                    e.campaignId(),
                    e.recipient(),
                    e.category().wire(),
                    e.person().to(),
                    e.from(),
                    e.metadata().isEmpty() ? null : Json.text(e.metadata()),
                    time(m.createdAt()));
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            rows.bind(connection, statement, types);
            statement.executeUpdate();
        }
    }

    private static void due(Connection connection, List<Change> changes) throws SQLException {
        Columns put = new Columns(changes.size());
        Columns gone = new Columns(changes.size());
        for (Change change : changes) {
            Message.Due before =
                    change.before() == null ? null : change.before().due();
            Message.Due after = change.after().due();
            Envelope e = change.after().envelope();
            if (after != null && !after.equals(before)) {
                put.add(
                        e.tenantId(),
                        e.messageId(),
                        e.campaignId(),
                        (short) bucket(change.persistenceId()),
                        time(after.at()),
                        after.owner());
            } else if (after == null && before != null) {
                gone.add(e.tenantId(), e.messageId());
            }
        }
        if (!put.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(PUT_DUE)) {
                put.bind(connection, statement, "text", "text", "text", "int2", "timestamptz", "text");
                statement.executeUpdate();
            }
        }
        if (!gone.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(DROP_DUE)) {
                gone.bind(connection, statement, "text", "text");
                statement.executeUpdate();
            }
        }
    }

    /** The sweeper's share in which a message lies: its slice, as Akka computes it, by {@value SLICES_PER_BUCKET}. */
    private static int bucket(String persistenceId) {
        return Math.abs(persistenceId.hashCode() % 1024) / SLICES_PER_BUCKET;
    }

    private static void refs(Connection connection, List<Ref> refs) throws SQLException {
        if (refs.isEmpty()) {
            return;
        }
        Columns rows = new Columns(refs.size());
        refs.forEach(ref -> rows.add(ref.account(), ref.providerMessageId(), ref.tenantId(), ref.messageId()));
        try (PreparedStatement statement = connection.prepareStatement(PUT_REF)) {
            rows.bind(connection, statement, "text", "text", "text", "text");
            statement.executeUpdate();
        }
    }

    private void counts(Connection connection, List<Change> changes) throws SQLException {
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

    private static OffsetDateTime time(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /** Rows turned into one array a column, for {@code unnest}. */
    private static final class Columns {
        private final List<@Nullable Object[]> rows;

        Columns(int size) {
            rows = new ArrayList<>(size);
        }

        void add(@Nullable Object... row) {
            rows.add(row);
        }

        boolean isEmpty() {
            return rows.isEmpty();
        }

        /** Binds the first columns, as many as there are types. */
        void bind(Connection connection, PreparedStatement statement, String... types) throws SQLException {
            for (int column = 0; column < types.length; column++) {
                @Nullable Object[] values = new @Nullable Object[rows.size()];
                for (int row = 0; row < values.length; row++) {
                    values[row] = rows.get(row)[column];
                }
                statement.setArray(column + 1, connection.createArrayOf(types[column], values));
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
