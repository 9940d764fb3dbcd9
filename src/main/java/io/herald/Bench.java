package io.herald;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.insight.view.UsageView;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.Ids;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.Dispatch;
import io.herald.message.Lingering;
import io.herald.message.MessageEntity;
import io.herald.message.MessageEntity.Reply;
import io.herald.message.Messages;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageDecider;
import io.herald.message.view.MessageView;
import io.herald.message.view.ReportedOptOuts;
import io.herald.platform.journal.JournalSetup;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.EmbeddedDatabase;
import io.herald.platform.sql.Migrations;
import io.herald.platform.sql.Sql;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the journal and its views can do: messages of a campaign from their feeding to their delivery report, three journal rows each,
 * with a provider that answers within the process. Entities, sharding, serialisation, journal and views are the real ones; lanes,
 * limits and HTTP are left out.
 */
final class Bench implements AutoCloseable {
    private static final String TENANT = "bench";
    private static final String ACCOUNT = "bench-sms";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final BenchJournal journal;
    private final EmbeddedDatabase server;
    private final Database database;
    private final ActorSystem<Void> system;
    private final Messages messages;
    private final BenchMeter meter;
    private final Map<String, CompletableFuture<Done>> lives = new ConcurrentHashMap<>();

    private Bench(
            BenchJournal journal,
            EmbeddedDatabase server,
            Database database,
            ActorSystem<Void> system,
            BenchMeter meter,
            Messages messages) {
        this.journal = journal;
        this.server = server;
        this.database = database;
        this.system = system;
        this.meter = meter;
        this.messages = messages;
    }

    static Bench start(Config config, BenchJournal journal) {
        ApplicationSettings settings = ApplicationSettings.from(config);
        EmbeddedDatabase server = EmbeddedDatabase.start(settings.database().dataDir());
        var databaseSettings = settings.database().withUrl(server.url());
        Migrations.apply(databaseSettings);
        Database database = new Database(databaseSettings);
        BenchMeter meter = new BenchMeter(server);
        String process = Ids.compact(System.currentTimeMillis());
        Config complete = ConfigFactory.parseMap(journal.settings(server.url())).withFallback(config);
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "herald",
                ActorSystemSetup.create(
                        BootstrapSetup.create(complete),
                        new JournalSetup(
                                database,
                                writer -> List.of(
                                        MessageView.of(process, writer),
                                        UsageView.of(process, writer),
                                        new ReportedOptOuts()),
                                meter::committed)));
        Application.join(system, List.of());
        InstantSource clock = InstantSource.system();
        Messages messages = new Messages(ClusterSharding.get(system), PATIENCE, clock);
        Bench bench = new Bench(journal, server, database, system, meter, messages);
        Lingering lingering = new Lingering(settings.linger(), settings.maxLingering());
        lingering.begin(system);
        MessageEntity.init(
                ClusterSharding.get(system),
                new MessageEntity.Surroundings(
                        new MessageDecider(settings.dispatch().rules()),
                        bench.new Provider(),
                        clock,
                        process,
                        node -> true,
                        lingering));
        return bench;
    }

    /**
     * @param count messages that are measured
     * @param warmUp messages before them, that are not
     * @param window messages under way at once
     */
    ObjectNode run(int count, int warmUp, int window) {
        send("warm-up", warmUp, window);
        String campaign = Ids.compact(System.currentTimeMillis());
        meter.begin();
        send(campaign, count, window);
        ObjectNode result = Json.mapper().createObjectNode();
        result.put("journal", journal.name().toLowerCase(Locale.ROOT));
        result.put("messages", count).put("warm_up", warmUp).put("window", window);
        meter.end(result, count);
        long rows = rows(campaign);
        result.put("journal_rows", rows);
        result.put(
                "journal_rows_per_second",
                Math.round(rows / result.path("seconds").asDouble()));
        result.put("agrees", rows == 3L * count && (!journal.hasViews() || delivered(campaign) == count));
        return result;
    }

    private void send(String campaign, int count, int window) {
        if (count == 0) {
            return;
        }
        Source.range(1, count)
                .mapAsyncUnordered(window, n -> live(envelope(campaign, n)))
                .runWith(Sink.foreach(delivered -> meter.handled()), system)
                .toCompletableFuture()
                .join();
    }

    /** Completes when the message is delivered. */
    private CompletionStage<Done> live(Envelope envelope) {
        CompletableFuture<Done> life = new CompletableFuture<>();
        lives.put(envelope.messageId(), life);
        messages.feed(envelope, null, PATIENCE).whenComplete((reply, failure) -> {
            if (failure != null) {
                life.completeExceptionally(failure);
            }
        });
        return life;
    }

    private static Envelope envelope(String campaign, int n) {
        return new Envelope(
                TENANT,
                campaign + "-" + n,
                campaign,
                n,
                Category.MARKETING,
                null,
                List.of(new Envelope.Step(Channel.SMS, ACCOUNT, null)),
                UnknownPolicy.PREFER_DUPLICATE,
                InstantSource.system().instant().plus(Duration.ofDays(3)),
                Map.of(),
                new Envelope.Person(
                        "+1415%07d".formatted(n),
                        Map.of(Channel.SMS, Content.text("Ada, the spring sale is on in Lisbon. Your code: X" + n))));
    }

    private long rows(String campaign) {
        return database.runHere(c -> Sql.one(
                        c,
                        "SELECT count(*) FROM event_journal WHERE persistence_id LIKE ?",
                        row -> row.getLong(1),
                        MessageEntity.persistenceId(TENANT, campaign + "-%"))
                .orElse(0L));
    }

    private long delivered(String campaign) {
        return database.runHere(c -> Sql.one(
                        c,
                        "SELECT count(*) FROM message WHERE tenant_id = ? AND campaign_id = ? AND status = 'delivered'",
                        row -> row.getLong(1),
                        TENANT,
                        campaign)
                .orElse(0L));
    }

    /** A lane that is always free, before a provider that takes everything and reports its delivery at once. */
    private final class Provider implements Dispatch {
        @Override
        public void offer(Ticket ticket) {
            String id = ticket.messageId();
            messages.start(TENANT, id, Map.of(), "none")
                    .thenCompose(reply -> started(id, reply))
                    .whenComplete((reply, failure) -> {
                        CompletableFuture<Done> life = lives.remove(id);
                        if (life == null) {
                            return;
                        }
                        if (failure == null) {
                            life.complete(Done.getInstance());
                        } else {
                            life.completeExceptionally(failure);
                        }
                    });
        }

        private CompletionStage<Reply> started(String id, Reply reply) {
            if (!(reply instanceof MessageEntity.Started started)) {
                throw new CompletionException(new IllegalStateException("not started, but " + reply));
            }
            int attempt = started.request().attempt();
            String providerId = "SM" + id;
            return messages.outcome(TENANT, id, attempt, new SendResult.Accepted(providerId))
                    .thenCompose(accepted -> messages.report(
                            TENANT,
                            id,
                            new DeliveryReport(DeliveryReport.Kind.DELIVERED, attempt, providerId, null, "", "")));
        }

        @Override
        public CompletionStage<LookUp> lookUp(Message message) {
            return CompletableFuture.completedFuture(new LookUp.Unavailable());
        }

        @Override
        public void optedOut(String tenantId, Channel channel, String address) {
            throw new IllegalStateException("this provider's people refuse nothing");
        }
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        database.close();
        server.close();
    }
}
