package io.herald.campaign.view;

import io.herald.campaign.CampaignRecorded;
import io.herald.campaign.domain.Campaign;
import io.herald.platform.journal.InlineView;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rows of {@code campaign}: each what the campaign's own {@code evolve} made of it. */
public final class CampaignView implements InlineView<CampaignRecorded> {
    private static final String PUT = """
            INSERT INTO campaign (tenant_id, id, name, status, active, cancelling, retrying, definition, due_at, targeted, through,
                failure, closing, created_at, started_at, ended_at, messages_removed_at, tally, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, status = excluded.status, active = excluded.active,
                cancelling = excluded.cancelling, retrying = excluded.retrying, definition = excluded.definition,
                due_at = excluded.due_at, targeted = excluded.targeted, through = excluded.through, failure = excluded.failure,
                closing = excluded.closing, started_at = excluded.started_at, ended_at = excluded.ended_at,
                messages_removed_at = excluded.messages_removed_at, tally = excluded.tally, updated_at = excluded.updated_at
            """;

    @Override
    public Class<CampaignRecorded> payloads() {
        return CampaignRecorded.class;
    }

    @Override
    public void write(Connection connection, List<Entry<CampaignRecorded>> entries) throws SQLException {
        Map<String, Campaign> last = new LinkedHashMap<>();
        for (Entry<CampaignRecorded> entry : entries) {
            last.put(
                    entry.persistenceId(),
                    Objects.requireNonNull(entry.payload().after(), "a campaign is persisted with its state"));
        }
        for (Campaign campaign : last.values()) {
            if (campaign.deleted()) {
                Sql.update(
                        connection,
                        "DELETE FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ?",
                        campaign.tenantId(),
                        campaign.id());
                Sql.update(
                        connection,
                        "DELETE FROM campaign WHERE tenant_id = ? AND id = ?",
                        campaign.tenantId(),
                        campaign.id());
            } else {
                put(connection, campaign);
            }
        }
    }

    private static void put(Connection connection, Campaign c) throws SQLException {
        Sql.update(
                connection,
                PUT,
                c.tenantId(),
                c.id(),
                c.definition().name(),
                c.status().wire(),
                c.isActive(),
                c.cancelling(),
                c.retrying(),
                new Sql.Jsonb(Json.text(c.definition())),
                c.due(),
                c.targeted(),
                c.through(),
                c.failure(),
                c.closing() == null ? null : new Sql.Jsonb(Json.text(c.closing())),
                c.createdAt(),
                c.startedAt(),
                c.endedAt(),
                c.messagesRemovedAt(),
                c.tally() == null ? null : new Sql.Jsonb(Json.text(c.tally())),
                c.lastAt());
    }
}
