package io.herald.message.view;

import io.herald.message.MessageEntity;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageEvent;
import io.herald.message.view.MessageView.Counts;
import io.herald.platform.journal.InlineView;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.ColumnType;
import io.herald.platform.sql.Columns;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages of a campaign out of the journal, and with the same commit out of all that {@link MessageView} wrote of them: what is
 * left is at any moment what the rest of the journal says.
 *
 * <p>A message's row is locked before its events are read. An event that comes meanwhile waits for the lock, then finds its message
 * gone and is refused by the view, so that no message is left with a part of its life.
 */
public final class MessageRemoval {
    /** Of no writer: what was counted in by others is taken out here. */
    private static final String STRIPE = "removed";

    /** One that an event is just coming for is left for later. */
    private static final String LOCK = """
            SELECT id FROM message
            WHERE tenant_id = ? AND id > ?::text || '-' AND id < ?::text || '.' AND id > ? AND campaign_id = ?
            ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
            """;

    private static final String EVENTS = """
            SELECT persistence_id, seq_nr, event_payload FROM event_journal WHERE persistence_id = ANY (?) AND NOT deleted
            ORDER BY persistence_id, seq_nr
            """;

    private static final String DROP_REFS = """
            DELETE FROM provider_ref r USING unnest(?::text[], ?::text[], ?::text[], ?::text[])
                AS gone (account, provider_message_id, tenant_id, message_id)
            WHERE r.account = gone.account AND r.provider_message_id = gone.provider_message_id
                AND r.tenant_id = gone.tenant_id AND r.message_id = gone.message_id
            """;

    private static final String IS_ANY_LEFT = """
            SELECT EXISTS (SELECT FROM message
                WHERE tenant_id = ? AND id > ?::text || '-' AND id < ?::text || '.' AND campaign_id = ?)
            """;

    private record Stored(String persistenceId, long sequenceNr, byte[] event) {}

    /**
     * What was removed at once.
     *
     * @param events journal rows
     * @param last the highest id of them, absent where no message was left
     */
    public record Batch(int messages, int events, @Nullable String last) {}

    private final InlineView<MessageRecorded> remembered;

    /** @param remembered is told all events before they go, for what is to outlast them */
    public MessageRemoval(InlineView<MessageRecorded> remembered) {
        this.remembered = remembered;
    }

    /**
     * Removes messages whose ids come after one, in a transaction that the caller commits.
     *
     * @param limit messages at the most
     */
    public Batch remove(Connection c, String tenantId, String campaignId, String afterId, int limit)
            throws SQLException {
        String[] ids = Sql.list(
                        c, LOCK, row -> row.getString(1), tenantId, campaignId, campaignId, afterId, campaignId, limit)
                .toArray(String[]::new);
        if (ids.length == 0) {
            return new Batch(0, 0, null);
        }
        String[] entities = new String[ids.length];
        for (int i = 0; i < ids.length; i++) {
            entities[i] = MessageEntity.persistenceId(tenantId, ids[i]);
        }
        takeOut(
                c,
                tenantId,
                campaignId,
                Sql.list(c, EVENTS, row -> new Stored(row.getString(1), row.getLong(2), row.getBytes(3)), (Object)
                        entities));
        int events = Sql.update(c, "DELETE FROM event_journal WHERE persistence_id = ANY (?)", (Object) entities);
        Sql.update(c, "DELETE FROM message_due WHERE tenant_id = ? AND message_id = ANY (?)", tenantId, ids);
        Sql.update(c, "DELETE FROM message WHERE tenant_id = ? AND id = ANY (?)", tenantId, ids);
        return new Batch(ids.length, events, ids[ids.length - 1]);
    }

    /** The providers' ids and the counters, as these events made them. */
    private void takeOut(Connection c, String tenantId, String campaignId, List<Stored> events) throws SQLException {
        Columns refs = new Columns(events.size(), ColumnType.TEXT, ColumnType.TEXT, ColumnType.TEXT, ColumnType.TEXT);
        List<InlineView.Entry<MessageRecorded>> entries = new ArrayList<>(events.size());
        Counts counts = new Counts();
        String id = "";
        Message last = null;
        for (Stored stored : events) {
            boolean sameMessage = stored.persistenceId().equals(id);
            if (last != null && !sameMessage) {
                counts.add(last, -1);
            }
            id = stored.persistenceId();
            MessageEvent event = Json.read(stored.event(), MessageEvent.class);
            MessageRecorded recorded = MessageRecorded.of(sameMessage ? last : null, event);
            last = Objects.requireNonNull(recorded.after());
            MessageView.ref(event, last, refs);
            entries.add(new InlineView.Entry<>(id, stored.sequenceNr(), recorded));
        }
        if (last != null) {
            counts.add(last, -1);
        }
        remembered.write(c, entries);
        refs.execute(c, DROP_REFS);
        try (PreparedStatement statement = c.prepareStatement(MessageView.ADD_COUNTS)) {
            statement.setString(1, tenantId);
            statement.setString(2, campaignId);
            statement.setString(3, STRIPE);
            counts.bind(statement, 4);
            statement.executeUpdate();
        }
    }

    /**
     * Drops the counters when they count nothing any more, in a transaction that the caller commits.
     *
     * @return false where there still are messages
     */
    public boolean finish(Connection c, String tenantId, String campaignId) throws SQLException {
        boolean left = Sql.one(c, IS_ANY_LEFT, row -> row.getBoolean(1), tenantId, campaignId, campaignId, campaignId)
                .orElse(true);
        if (!left) {
            Sql.update(c, "DELETE FROM campaign_ledger WHERE tenant_id = ? AND campaign_id = ?", tenantId, campaignId);
        }
        return !left;
    }
}
