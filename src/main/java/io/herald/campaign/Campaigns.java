package io.herald.campaign;

import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Tally;
import io.herald.campaign.view.CampaignQueries;
import io.herald.channel.ProviderAccounts;
import io.herald.contact.Imports;
import io.herald.message.Messages;
import io.herald.message.view.MessageQueries;
import io.herald.platform.sql.DatabaseAway;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * All campaigns, wherever their entities are. Every stage fails where the journal can't be reached in time: with {@link DatabaseAway},
 * or with a timeout.
 */
public final class Campaigns {
    private final ClusterSharding sharding;
    private final Duration patience;
    private final InstantSource clock;

    /** @param patience how long an answer may take before the caller is told that it can't be had */
    public Campaigns(ClusterSharding sharding, Duration patience, InstantSource clock) {
        this.sharding = sharding;
        this.patience = patience;
        this.clock = clock;
    }

    /** Makes this node able to hold campaigns. */
    public void init(
            ActorSystem<?> system,
            CampaignDispatch dispatch,
            CampaignQueries queries,
            MessageQueries messageQueries,
            Messages messages,
            Imports imports,
            Templates templates,
            ProviderAccounts accounts,
            CampaignSettings settings) {
        CampaignEntity.init(
                sharding,
                new CampaignEntity.Surroundings(
                        system,
                        dispatch,
                        queries,
                        imports,
                        new Runner(system, queries, messages, templates, accounts, settings),
                        new Sweep(system, messageQueries, messages),
                        clock,
                        settings));
    }

    public CompletionStage<CampaignEntity.Reply> create(String tenantId, String id, Definition definition) {
        return ask(tenantId, id, new CampaignCommand.Create(tenantId, id, definition));
    }

    public CompletionStage<CampaignEntity.Reply> edit(String tenantId, String id, Definition definition) {
        return ask(tenantId, id, new CampaignCommand.Edit(definition));
    }

    /** @param due absent: the time that the campaign itself names */
    public CompletionStage<CampaignEntity.Reply> schedule(String tenantId, String id, @Nullable Instant due) {
        return ask(tenantId, id, new CampaignCommand.Schedule(due));
    }

    public CompletionStage<CampaignEntity.Reply> start(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.Start());
    }

    /** Completes when no new attempt can start; the reply names those under way. */
    public CompletionStage<CampaignEntity.Reply> pause(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.Pause());
    }

    public CompletionStage<CampaignEntity.Reply> resume(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.Resume());
    }

    public CompletionStage<CampaignEntity.Reply> cancel(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.Cancel());
    }

    /** Completes when the new rate is in force for new attempts. */
    public CompletionStage<CampaignEntity.Reply> changeRate(
            String tenantId, String id, @Nullable Double ratePerSecond) {
        return ask(tenantId, id, new CampaignCommand.ChangeRate(ratePerSecond));
    }

    public CompletionStage<CampaignEntity.Reply> retryFailed(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.RetryFailed());
    }

    public CompletionStage<CampaignEntity.Reply> delete(String tenantId, String id) {
        return ask(tenantId, id, new CampaignCommand.Delete());
    }

    /**
     * Gives its messages up, journaled before any of them is removed.
     *
     * @param restedSince refused where anything happened to it later
     */
    CompletionStage<CampaignEntity.Reply> removeMessages(String tenantId, String id, Instant restedSince, Tally tally) {
        return ask(tenantId, id, new CampaignCommand.RemoveMessages(restedSince, tally));
    }

    /** Where it stands, and how fast it goes now. */
    public CompletionStage<CampaignEntity.Reply> look(String tenantId, String id) {
        return entity(tenantId, id).ask(CampaignEntity.Look::new, patience);
    }

    void ping(String tenantId, String id) {
        entity(tenantId, id).tell(CampaignEntity.Ping.PING);
    }

    private CompletionStage<CampaignEntity.Reply> ask(String tenantId, String id, CampaignCommand command) {
        Instant deadline = clock.instant().plus(patience);
        return entity(tenantId, id)
                .<CampaignEntity.Reply>ask(replyTo -> new CampaignEntity.Do(command, deadline, replyTo), patience)
                .thenApply(reply -> {
                    if (reply == CampaignEntity.NotJournaled.YET) {
                        throw new DatabaseAway(null);
                    }
                    return reply;
                });
    }

    private EntityRef<CampaignEntity.Command> entity(String tenantId, String id) {
        return sharding.entityRefFor(CampaignEntity.KEY, CampaignEntity.entityId(tenantId, id));
    }
}
