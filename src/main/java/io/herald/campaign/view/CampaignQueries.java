package io.herald.campaign.view;

import akka.Done;
import com.fasterxml.jackson.core.type.TypeReference;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.campaign.domain.Tally;
import io.herald.kernel.Channel;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is read of campaigns, their recipients and ledgers; and the recipients themselves, which are no view. */
public final class CampaignQueries {
    private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};

    private static final String COLUMNS = """
            tenant_id, id, status, cancelling, retrying, definition, due_at, targeted, through, failure, closing, created_at,
            started_at, ended_at, messages_removed_at, updated_at
            """;

    /** Everything of one campaign in one snapshot, so that the books can't be caught between two pages. */
    private static final String BOOKS = """
            SELECT c.status, c.targeted, c.closing, c.tally, coalesce(sum(fed), 0) AS fed, coalesce(sum(waiting), 0) AS waiting,
                coalesce(sum(in_flight), 0) AS in_flight, coalesce(sum(accepted), 0) AS accepted,
                coalesce(sum(l.failed), 0) AS failed, coalesce(sum(suppressed), 0) AS suppressed,
                coalesce(sum(unknown), 0) AS unknown, coalesce(sum(expired), 0) AS expired,
                coalesce(sum(l.cancelled), 0) AS cancelled, coalesce(sum(unsettled), 0) AS unsettled,
                coalesce(sum(delivered), 0) AS delivered, coalesce(sum(undelivered), 0) AS undelivered,
                coalesce(sum(read), 0) AS read, coalesce(sum(fallback), 0) AS fallback, coalesce(sum(segments), 0) AS segments
            FROM campaign c LEFT JOIN campaign_ledger l ON l.tenant_id = c.tenant_id AND l.campaign_id = c.id
            WHERE c.tenant_id = ? AND c.id = ? GROUP BY c.tenant_id, c.id
            """;

    private static final String PAGE = """
            SELECT r.n, r.address, r.variables, o.address IS NOT NULL AS opted_out
            FROM campaign_recipient r
            LEFT JOIN opt_out o ON o.tenant_id = r.tenant_id AND o.channel = ? AND o.address = r.address
            WHERE r.tenant_id = ? AND r.campaign_id = ? AND r.n > ? ORDER BY r.n LIMIT ?
            """;

    private final Database database;

    public CampaignQueries(Database database) {
        this.database = database;
    }

    public CompletionStage<Optional<CampaignRow>> find(String tenantId, String id) {
        return database.run(c -> Sql.one(
                c,
                "SELECT " + COLUMNS + " FROM campaign WHERE tenant_id = ? AND id = ?",
                CampaignQueries::campaign,
                tenantId,
                id));
    }

    /** The newest first: ids sort by the time of their making. */
    public CompletionStage<List<CampaignRow>> list(
            String tenantId, Optional<Status> status, Optional<String> beforeId, int limit) {
        return database.run(c -> Sql.list(
                c,
                "SELECT " + COLUMNS + """
                 FROM campaign WHERE tenant_id = ? AND (?::text IS NULL OR status = ?) AND (?::text IS NULL OR id < ?)
                ORDER BY id DESC LIMIT ?
                """,
                CampaignQueries::campaign,
                tenantId,
                status.map(Status::wire).orElse(null),
                status.map(Status::wire).orElse(null),
                beforeId.orElse(null),
                beforeId.orElse(null),
                limit));
    }

    /** A campaign by tenant and id. */
    public record Key(String tenantId, String id) {}

    /** Campaigns of all tenants that have work to do by themselves, or will have by {@code now}. */
    public CompletionStage<List<Key>> active(Instant now) {
        return database.run(c -> Sql.list(
                c,
                "SELECT tenant_id, id FROM campaign WHERE active AND (status <> 'scheduled' OR due_at <= ?)",
                row -> new Key(row.getString("tenant_id"), row.getString("id")),
                now));
    }

    /**
     * The books now; for an ended campaign its ledger as it was closed, unless it is sending failures again, and for one whose messages
     * were removed all as it was then.
     */
    public CompletionStage<Optional<Books>> books(String tenantId, String id) {
        return database.run(c -> Sql.one(c, BOOKS, CampaignQueries::books, tenantId, id));
    }

    private static Books books(ResultSet row) throws SQLException {
        Long targeted = Sql.longOrNull(row, "targeted");
        long fed = row.getLong("fed");
        long all = targeted == null ? fed : targeted;
        String closing = row.getString("closing");
        Ledger ledger = closing != null
                ? Json.read(closing, Ledger.class)
                : new Ledger(
                        all,
                        row.getLong("suppressed"),
                        all - fed + row.getLong("waiting"),
                        row.getLong("in_flight"),
                        row.getLong("accepted"),
                        row.getLong("failed"),
                        row.getLong("unknown"),
                        row.getLong("expired"),
                        row.getLong("cancelled"));
        String removed = row.getString("tally");
        Tally tally = removed != null
                ? Json.read(removed, Tally.class)
                : new Tally(
                        row.getLong("delivered"),
                        row.getLong("undelivered"),
                        row.getLong("read"),
                        row.getLong("fallback"),
                        row.getLong("segments"));
        return new Books(Status.of(row.getString("status")), ledger, fed, row.getLong("unsettled"), tally);
    }

    /** Recipients after a number, in order, with their opt-outs from one channel. */
    public CompletionStage<List<Recipient>> recipients(
            String tenantId, String campaignId, Channel channel, long after, int limit) {
        return database.run(c -> Sql.list(
                c,
                PAGE,
                row -> new Recipient(
                        row.getInt("n"),
                        row.getString("address"),
                        Json.read(row.getString("variables"), VARIABLES),
                        row.getBoolean("opted_out")),
                channel.wire(),
                tenantId,
                campaignId,
                after,
                limit));
    }

    /** A person to be addressed, not numbered yet. */
    public record Draft(String address, Map<String, String> variables) {}

    /** Replaces the recipients that came along with a draft. */
    public CompletionStage<Done> storeRecipients(String tenantId, String campaignId, List<Draft> drafts) {
        return database.transactAtLength(c -> {
            Sql.one(
                    c,
                    "SELECT status FROM campaign WHERE tenant_id = ? AND id = ? FOR UPDATE",
                    row -> row.getString(1),
                    tenantId,
                    campaignId);
            clear(c, tenantId, campaignId);
            try (PreparedStatement insert = c.prepareStatement("""
                    INSERT INTO campaign_recipient (tenant_id, campaign_id, n, address, variables) VALUES (?, ?, ?, ?, ?::jsonb)
                    """)) {
                int n = 0;
                for (Draft draft : drafts) {
                    Sql.bind(c, insert, tenantId, campaignId, ++n, draft.address(), Json.text(draft.variables()));
                    insert.addBatch();
                    if (n % 1000 == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            return Done.getInstance();
        });
    }

    private static void clear(Connection c, String tenantId, String campaignId) throws SQLException {
        Sql.update(c, "DELETE FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ?", tenantId, campaignId);
    }

    /**
     * Numbers and stores the recipients of a campaign, so that nothing that changes later moves them. Done again, it leads to the
     * same as long as no message was fed.
     *
     * @return how many there are
     */
    public CompletionStage<Long> materialise(
            String tenantId, String campaignId, @Nullable String importId, Channel channel) {
        return database.transactAtLength(c -> {
            if (importId != null) {
                clear(c, tenantId, campaignId);
                String address = channel.byPhone() ? "phone" : "email";
                Sql.update(c, """
                        INSERT INTO campaign_recipient (tenant_id, campaign_id, n, address, variables)
                        SELECT c.tenant_id, ?, row_number() OVER (ORDER BY c.id), c.%1$s, c.attributes
                        FROM contact_import_member m JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
                        WHERE m.tenant_id = ? AND m.import_id = ? AND c.%1$s IS NOT NULL
                        """.formatted(address), campaignId, tenantId, importId);
            }
            return Sql.one(
                            c,
                            "SELECT count(*) FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ?",
                            row -> row.getLong(1),
                            tenantId,
                            campaignId)
                    .orElse(0L);
        });
    }

    private static CampaignRow campaign(ResultSet row) throws SQLException {
        String closing = row.getString("closing");
        return new CampaignRow(
                row.getString("tenant_id"),
                row.getString("id"),
                Status.of(row.getString("status")),
                row.getBoolean("cancelling"),
                Sql.instantOrNull(row, "retrying") != null,
                Json.read(row.getString("definition"), Definition.class),
                Sql.instantOrNull(row, "due_at"),
                Sql.longOrNull(row, "targeted"),
                row.getLong("through"),
                row.getString("failure"),
                closing == null ? null : Json.read(closing, Ledger.class),
                Sql.instant(row, "created_at"),
                Sql.instantOrNull(row, "started_at"),
                Sql.instantOrNull(row, "ended_at"),
                Sql.instantOrNull(row, "messages_removed_at"),
                Sql.instant(row, "updated_at"));
    }
}
