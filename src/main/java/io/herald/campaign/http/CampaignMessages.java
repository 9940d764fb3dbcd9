package io.herald.campaign.http;

import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Status;
import io.herald.campaign.view.CampaignQueries;
import io.herald.campaign.view.CampaignRow;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.message.http.MessageJson;
import io.herald.message.http.UnfedMessages;
import io.herald.message.view.MessageQueries;
import io.herald.message.view.MessageRow;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A campaign's messages, those included that have not been fed: their ids are known from the start, and they wait, or were
 * cancelled with their campaign.
 */
public final class CampaignMessages implements UnfedMessages {
    private static final String PAGE = """
            SELECT r.n, r.address, m.id IS NOT NULL AS fed,
            """ + MessageQueries.COLUMNS + """
            FROM campaign_recipient r
            LEFT JOIN message m ON m.tenant_id = r.tenant_id AND m.id = r.campaign_id || '-' || r.n
            WHERE r.tenant_id = ? AND r.campaign_id = ? AND r.n > ?
                AND (?::text IS NULL OR coalesce(m.status, ?) = ?)
            ORDER BY r.n LIMIT ?
            """;

    private static final String ONE = """
            SELECT address FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ? AND n = ?
            """;

    private final Database database;
    private final CampaignQueries campaigns;
    private final ProviderAccounts accounts;

    public CampaignMessages(Database database, CampaignQueries campaigns, ProviderAccounts accounts) {
        this.database = database;
        this.campaigns = campaigns;
        this.accounts = accounts;
    }

    /** @param n the recipient's number: where the list goes on */
    record Numbered(int n, MessageJson message) {}

    /** Each targeted recipient once, in order; none where they were removed. */
    CompletionStage<List<Numbered>> list(CampaignRow campaign, @Nullable String status, long after, int limit) {
        if (campaign.messagesRemovedAt() != null) {
            return CompletableFuture.completedFuture(List.of());
        }
        String unfed = unfedStatus(campaign);
        return database.run(c -> Sql.list(
                c,
                PAGE,
                row -> numbered(campaign, row),
                campaign.tenantId(),
                campaign.id(),
                after,
                status,
                unfed,
                status,
                limit));
    }

    private Numbered numbered(CampaignRow campaign, ResultSet row) throws SQLException {
        int n = row.getInt("n");
        if (!row.getBoolean("fed")) {
            return new Numbered(n, unfed(campaign, n, row.getString("address")));
        }
        MessageRow message = MessageQueries.message(row);
        return new Numbered(n, MessageJson.of(message, accounts));
    }

    @Override
    public CompletionStage<Optional<MessageJson>> find(String tenantId, String messageId) {
        int dash = messageId.lastIndexOf('-');
        if (dash <= 0 || !messageId.substring(dash + 1).matches("[1-9]\\d{0,8}")) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String campaignId = messageId.substring(0, dash);
        int n = Integer.parseInt(messageId.substring(dash + 1));
        return campaigns
                .find(tenantId, campaignId)
                .thenCompose(campaign -> campaign.isEmpty() || campaign.get().messagesRemovedAt() != null
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : database.run(c -> Sql.one(c, ONE, row -> row.getString(1), tenantId, campaignId, n)
                                .map(address -> unfed(campaign.get(), n, address))));
    }

    private static String unfedStatus(CampaignRow campaign) {
        return campaign.status() == Status.CANCELLED || campaign.status() == Status.FAILED
                ? io.herald.message.domain.Status.CANCELLED.wire()
                : io.herald.message.domain.Status.QUEUED.wire();
    }

    private MessageJson unfed(CampaignRow campaign, int n, String address) {
        Definition definition = campaign.definition();
        Definition.Step first = definition.route().getFirst();
        ProviderAccount account = accounts.find(first.account()).orElse(null);
        return new MessageJson(
                campaign.id() + "-" + n,
                unfedStatus(campaign),
                first.channel().wire(),
                address,
                account == null ? null : account.sender(),
                campaign.id(),
                definition.category().wire(),
                account == null ? null : account.provider(),
                first.account(),
                null,
                0,
                0,
                null,
                Map.copyOf(definition.metadata()),
                campaign.createdAt(),
                campaign.updatedAt());
    }
}
