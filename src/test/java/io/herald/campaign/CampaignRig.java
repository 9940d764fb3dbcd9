package io.herald.campaign;

import static io.herald.support.Envelopes.T0;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.ShardRegion.CurrentShardRegionState;
import akka.cluster.sharding.typed.GetShardRegionState;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.view.CampaignQueries;
import io.herald.campaign.view.CampaignView;
import io.herald.channel.ProviderAccounts;
import io.herald.contact.Imports;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.domain.Status;
import io.herald.message.view.MessageQueries;
import io.herald.platform.journal.JournalSetup;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Migrations;
import io.herald.platform.sql.Sql;
import io.herald.support.MovableClock;
import io.herald.support.TestDatabase;
import io.herald.support.Until;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Campaigns over the real journal and views, whose messages and dispatch the test plays. */
final class CampaignRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration ASK = Duration.ofMillis(1500);

    final FakeCampaignDispatch dispatch = new FakeCampaignDispatch();
    final MovableClock clock = new MovableClock(T0);
    final Campaigns campaigns;

    /** What messages were told, in order: {@code "feed t1/c1-1"}. */
    final List<String> told = new CopyOnWriteArrayList<>();

    /** The highest number of a recipient whose message finds a lane. */
    volatile int lanesFreeUpTo = Integer.MAX_VALUE;

    private final Database database;
    private final ActorSystem<Void> system;
    private final ClusterSharding sharding;
    private final CampaignQueries queries;

    CampaignRig() {
        var settings = TestDatabase.settings(TestDatabase.fresh());
        Migrations.apply(settings);
        database = new Database(settings);
        Config config = ConfigFactory.parseString("akka.remote.artery.canonical.port = 0")
                .withFallback(ConfigFactory.parseResources("application.conf"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        system = ActorSystem.create(
                Behaviors.empty(),
                "herald",
                ActorSystemSetup.create(
                        BootstrapSetup.create(config),
                        new JournalSetup(database, writer -> List.of(new CampaignView()))));
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(MessageEntity.KEY, entity -> message(entity.getEntityId())));
        queries = new CampaignQueries(database);
        Templates templates = new Templates(database, clock);
        await(templates.add(
                "t1",
                "tpl-1",
                "greeting",
                Map.of(Channel.RCS, Content.text("hello"), Channel.SMS, Content.text("hello"))));
        campaigns = new Campaigns(sharding, ASK, clock);
        campaigns.init(
                system,
                dispatch,
                queries,
                new MessageQueries(database),
                new Messages(sharding, ASK, clock),
                new Imports(database, clock),
                templates,
                new ProviderAccounts(database, clock, new ProviderAccounts.AccountDefaults(100, 10)),
                new CampaignSettings(
                        10,
                        10,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(50),
                        Duration.ofMillis(50),
                        Duration.ofHours(70),
                        Duration.ofSeconds(1)));
    }

    private Behavior<MessageEntity.Command> message(String id) {
        int n = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case MessageEntity.Feed feed -> {
                    told.add("feed " + id);
                    if (n <= lanesFreeUpTo) {
                        feed.replyTo().tell(new MessageEntity.Now(Status.SENDING, false));
                    }
                }
                case MessageEntity.Cancel cancel -> {
                    told.add("cancel " + id);
                    cancel.replyTo().tell(new MessageEntity.Now(Status.CANCELLED, true));
                }
                default -> throw new IllegalStateException("not expected: " + command);
            }
            return Behaviors.same();
        });
    }

    @Override
    public void close() {
        system.terminate();
        await(system.getWhenTerminated());
        database.close();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** A draft with so many recipients. */
    void draft(String id, Definition definition, int recipients) {
        await(campaigns.create("t1", id, definition));
        await(queries.storeRecipients(
                "t1",
                id,
                IntStream.rangeClosed(1, recipients)
                        .mapToObj(n -> new CampaignQueries.Draft("+1415555%04d".formatted(n), Map.of()))
                        .toList()));
    }

    /** The counters of a campaign's messages, as their own view would have left them. */
    void count(String id, long inFlight, long accepted) {
        database.runHere(c -> Sql.update(c, """
                INSERT INTO campaign_ledger VALUES ('t1', ?, 'test', ?, 0, ?, ?, 0, 0, 0, 0, 0, ?, 0, 0, 0, 0, 0)
                ON CONFLICT (tenant_id, campaign_id, stripe) DO UPDATE SET fed = excluded.fed, in_flight = excluded.in_flight,
                    accepted = excluded.accepted, unsettled = excluded.unsettled
                """, id, inFlight + accepted, inFlight, accepted, inFlight));
    }

    /** What its stats show. */
    Ledger books(String id) {
        return await(queries.books("t1", id)).orElseThrow().ledger();
    }

    void sql(String statement) {
        database.runHere(c -> Sql.update(c, statement));
    }

    /** What the journal holds of it. */
    List<CampaignEvent> journaled(String id) {
        return database.runHere(c -> Sql.list(
                c,
                "SELECT event_payload FROM event_journal WHERE persistence_id = ? ORDER BY seq_nr",
                row -> Json.read(row.getBytes(1), CampaignEvent.class),
                "Campaign|t1/" + id));
    }

    Campaign campaign(String id) {
        return ((CampaignEntity.Done) await(campaigns.look("t1", id))).campaign();
    }

    CompletionStage<CampaignEntity.Reply> ask(String id, CampaignCommand command, Instant deadline) {
        return sharding.entityRefFor(CampaignEntity.KEY, "t1/" + id)
                .ask(replyTo -> new CampaignEntity.Do(command, deadline, replyTo), PATIENCE);
    }

    void becomes(String id, io.herald.campaign.domain.Status status) {
        Until.holds(
                () -> id + " is " + status + " but " + campaign(id),
                PATIENCE,
                () -> campaign(id).status() == status);
    }

    /** As a process that ends; what is told to it before it is gone would be lost. */
    void stop(String id) {
        sharding.entityRefFor(CampaignEntity.KEY, "t1/" + id).tell(CampaignEntity.Stop.NOW);
        Until.holds(id + " is gone", PATIENCE, () -> !isInMemory(id));
    }

    boolean isInMemory(String id) {
        CompletionStage<CurrentShardRegionState> state = AskPattern.ask(
                sharding.shardState(),
                (ActorRef<CurrentShardRegionState> replyTo) -> new GetShardRegionState(CampaignEntity.KEY, replyTo),
                PATIENCE,
                system.scheduler());
        return await(state).getShards().stream()
                .anyMatch(shard -> shard.getEntityIds().contains("t1/" + id));
    }
}
