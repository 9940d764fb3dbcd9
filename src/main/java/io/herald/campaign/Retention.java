package io.herald.campaign;

import akka.Done;
import io.herald.campaign.view.Books;
import io.herald.campaign.view.CampaignQueries;
import io.herald.message.view.MessageRemoval;
import io.herald.platform.journal.WriterLock;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Removes the messages of campaigns that have rested for longer than their tenants keep them. The campaign decides: only when it has
 * journaled that it gives its messages up does any of them go, in small transactions, its recipients last. A pass that broke off
 * anywhere is finished by the next, which knows by the recipients that are still there. One pass is under way at a time, on whatever
 * node, and none while the views are being made again.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** Of PostgreSQL's advisory locks: held by a pass's session, so that no crash leaves it behind. */
    private static final long KEY = 0x4845_5241_4c44_02L;

    /** The next campaign that gave its messages up and has not lost all of them yet. */
    private static final String BEGUN = """
            SELECT c.tenant_id, c.id, NULL::int AS days FROM campaign c
            WHERE (c.tenant_id, c.id) > (?, ?) AND c.messages_removed_at IS NOT NULL
                AND EXISTS (SELECT FROM campaign_recipient r WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.id)
            ORDER BY c.tenant_id, c.id LIMIT 1
            """;

    /** The next campaign that has rested for longer than its tenant keeps messages. */
    private static final String RESTED = """
            SELECT c.tenant_id, c.id, t.message_retention_days AS days FROM campaign c JOIN tenant t ON t.id = c.tenant_id
            WHERE (c.tenant_id, c.id) > (?, ?) AND c.messages_removed_at IS NULL AND c.ended_at IS NOT NULL
                AND c.closing IS NOT NULL AND c.updated_at <= ?::timestamptz - t.message_retention_days * interval '24 hours'
            ORDER BY c.tenant_id, c.id LIMIT 1
            """;

    private static final String DROP_RECIPIENTS = """
            DELETE FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ? AND n IN (
                SELECT n FROM campaign_recipient WHERE tenant_id = ? AND campaign_id = ? ORDER BY n LIMIT ?)
            """;

    /** @param days for how long its messages are kept; absent where it has given them up */
    private record Found(
            String tenantId, String id, @Nullable Integer days) {
        static final Found BEFORE_ALL = new Found("", "", null);
    }

    private final Database database;
    private final CampaignQueries queries;
    private final Campaigns campaigns;
    private final MessageRemoval messages;
    private final RetentionSettings settings;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private CompletableFuture<Done> lately = CompletableFuture.completedFuture(Done.getInstance());

    public Retention(
            Database database,
            CampaignQueries queries,
            Campaigns campaigns,
            MessageRemoval messages,
            RetentionSettings settings,
            InstantSource clock) {
        this.database = database;
        this.queries = queries;
        this.campaigns = campaigns;
        this.messages = messages;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Goes through all campaigns once, unless another node does. One that is under way here is what the caller gets. Fails where the
     * database does.
     */
    public synchronized CompletionStage<Done> pass() {
        if (!lately.isDone() || stopping.getCount() == 0) {
            return lately;
        }
        CompletableFuture<Done> done = new CompletableFuture<>();
        lately = done;
        Thread.ofVirtual().name("retention").start(() -> {
            try {
                run();
                done.complete(Done.getInstance());
            } catch (SQLException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Ends what is under way after its transaction. Completes when it has ended. */
    public synchronized CompletionStage<Done> stop() {
        stopping.countDown();
        return lately.exceptionally(e -> Done.getInstance());
    }

    private void run() throws SQLException {
        try (Connection c = WriterLock.shared(database.dedicated("herald-retention"))) {
            boolean alone = Sql.one(c, "SELECT pg_try_advisory_lock(?)", row -> row.getBoolean(1), KEY)
                    .orElse(false);
            if (alone) {
                c.setAutoCommit(false);
                each(c, BEGUN);
                each(c, RESTED, clock.instant());
            }
        }
    }

    /** One at a time, so that a policy that was changed meanwhile is heeded. */
    private void each(Connection c, String sql, Object... more) throws SQLException {
        Found last = Found.BEFORE_ALL;
        while (stopping.getCount() > 0) {
            Optional<Found> next = Sql.one(
                    c,
                    sql,
                    row -> new Found(row.getString("tenant_id"), row.getString("id"), Sql.intOrNull(row, "days")),
                    Stream.concat(Stream.of(last.tenantId(), last.id()), Stream.of(more))
                            .toArray());
            c.commit();
            if (next.isEmpty()) {
                return;
            }
            last = next.get();
            try {
                if (last.days() == null || givesUp(last, Duration.ofDays(last.days()))) {
                    remove(c, last);
                }
            } catch (SQLException | RuntimeException e) {
                if (e instanceof SQLException failure && DatabaseAway.isSaidBy(failure)) {
                    throw failure;
                }
                c.rollback();
                Throwable cause = e.getCause() == null ? e : e.getCause();
                about(LOG.atWarn(), last)
                        .addKeyValue("reason", cause.getClass().getSimpleName())
                        .addKeyValue("sql_state", cause instanceof SQLException failure ? failure.getSQLState() : null)
                        .log("a campaign's messages could not be removed; the next pass tries again");
            }
        }
    }

    private boolean givesUp(Found campaign, Duration kept) {
        Instant restedSince = clock.instant().minus(kept);
        Books books = queries.books(campaign.tenantId(), campaign.id())
                .toCompletableFuture()
                .join()
                .orElseThrow();
        CampaignEntity.Reply reply = campaigns
                .removeMessages(campaign.tenantId(), campaign.id(), restedSince, books.tally())
                .toCompletableFuture()
                .join();
        return reply instanceof CampaignEntity.Done;
    }

    private void remove(Connection c, Found campaign) throws SQLException {
        String tenant = campaign.tenantId();
        String id = campaign.id();
        long removed = 0;
        long events = 0;
        String after = "";
        while (after != null) {
            MessageRemoval.Batch batch = messages.remove(c, tenant, id, after, settings.batch());
            c.commit();
            removed += batch.messages();
            events += batch.events();
            after = batch.last();
            if (after != null && isStoppedInPause()) {
                return;
            }
        }
        boolean finished = messages.finish(c, tenant, id);
        c.commit();
        long recipients = finished ? recipients(c, campaign) : 0;
        about(LOG.atInfo(), campaign)
                .addKeyValue("messages", removed)
                .addKeyValue("events", events)
                .addKeyValue("recipients", recipients)
                .log("a campaign's messages were removed");
    }

    private long recipients(Connection c, Found campaign) throws SQLException {
        long recipients = 0;
        while (true) {
            int dropped = Sql.update(
                    c,
                    DROP_RECIPIENTS,
                    campaign.tenantId(),
                    campaign.id(),
                    campaign.tenantId(),
                    campaign.id(),
                    settings.batch());
            c.commit();
            recipients += dropped;
            if (dropped < settings.batch() || isStoppedInPause()) {
                return recipients;
            }
        }
    }

    private boolean isStoppedInPause() {
        try {
            return stopping.await(settings.pause().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static LoggingEventBuilder about(LoggingEventBuilder event, Found campaign) {
        return event.addKeyValue("tenant_id", campaign.tenantId()).addKeyValue("campaign_id", campaign.id());
    }
}
