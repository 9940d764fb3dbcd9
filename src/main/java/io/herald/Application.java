package io.herald;

import akka.Done;
import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.ShardedDaemonProcess;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.function.Function;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.campaign.Campaigns;
import io.herald.campaign.Keeper;
import io.herald.campaign.Retention;
import io.herald.campaign.http.CampaignMessages;
import io.herald.campaign.http.CampaignRoutes;
import io.herald.campaign.view.CampaignQueries;
import io.herald.campaign.view.CampaignView;
import io.herald.channel.Adapters;
import io.herald.channel.CallbackUrls;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.ProviderConnections;
import io.herald.channel.http.AccountRoutes;
import io.herald.contact.Contacts;
import io.herald.contact.Imports;
import io.herald.contact.OptOuts;
import io.herald.contact.http.ContactRoutes;
import io.herald.dispatch.CampaignInsight;
import io.herald.dispatch.Lanes;
import io.herald.dispatch.Limits;
import io.herald.dispatch.LiveNodes;
import io.herald.dispatch.StoredLimits;
import io.herald.dispatch.Sweeper;
import io.herald.dispatch.http.DispatchRoutes;
import io.herald.insight.http.UsageRoutes;
import io.herald.insight.view.UsageQueries;
import io.herald.insight.view.UsageView;
import io.herald.kernel.Ids;
import io.herald.message.Lingering;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import io.herald.message.domain.MessageDecider;
import io.herald.message.http.Composer;
import io.herald.message.http.MessageRoutes;
import io.herald.message.view.MessageQueries;
import io.herald.message.view.MessageRemoval;
import io.herald.message.view.MessageView;
import io.herald.message.view.ReportedOptOuts;
import io.herald.platform.SettingsException;
import io.herald.platform.Version;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.HealthRoutes;
import io.herald.platform.http.Idempotency;
import io.herald.platform.http.Router;
import io.herald.platform.http.StaticRoutes;
import io.herald.platform.journal.JournalSetup;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.EmbeddedDatabase;
import io.herald.platform.sql.Migrations;
import io.herald.template.Templates;
import io.herald.template.http.TemplateRoutes;
import io.herald.tenant.AdministratorKey;
import io.herald.tenant.ApiKeys;
import io.herald.tenant.Tenants;
import io.herald.tenant.http.TenantRoutes;
import io.herald.webhook.CallbackStore;
import io.herald.webhook.Matcher;
import io.herald.webhook.WebhookRoutes;
import io.herald.webhook.Webhooks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node: every part of it, made in one place and connected by plain constructors. */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(19);
    private static final int SWEEPERS = 4;

    /** In the steps that the database keeps, so that what is answered now is what is read later. */
    private static final InstantSource CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));

    private final @Nullable EmbeddedDatabase embedded;
    private final Database database;
    private final ActorSystem<Void> system;
    private final Router router;
    private final ServerBinding binding;
    private final @Nullable String madeUpAdminKey;
    private final AtomicBoolean stopping;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private Application(
            @Nullable EmbeddedDatabase embedded,
            Database database,
            ActorSystem<Void> system,
            Router router,
            ServerBinding binding,
            @Nullable String madeUpAdminKey,
            AtomicBoolean stopping) {
        this.embedded = embedded;
        this.database = database;
        this.system = system;
        this.router = router;
        this.binding = binding;
        this.madeUpAdminKey = madeUpAdminKey;
        this.stopping = stopping;
    }

    /**
     * Returns when the node can take work.
     *
     * @param more endpoints beside the usual ones
     * @throws SettingsException where something that can be set is wrong
     */
    public static Application start(Config config, List<Endpoint> more) {
        return start(config, more, CLOCK);
    }

    /** As the other one, by another clock: one that keeps to microseconds too. */
    public static Application start(Config config, List<Endpoint> more, InstantSource clock) {
        Instant begun = Instant.now();
        ApplicationSettings settings = ApplicationSettings.from(config);
        Addresses.check(config);
        EmbeddedDatabase embedded = settings.database().url() == null
                ? EmbeddedDatabase.start(settings.database().dataDir())
                : null;
        Database database = null;
        ActorSystem<Void> system = null;
        try {
            DatabaseSettings databaseSettings =
                    embedded == null ? settings.database() : settings.database().withUrl(embedded.url());
            int migrated = Migrations.apply(databaseSettings);
            database = new Database(databaseSettings);
            AdministratorKey adminKey = await(AdministratorKey.ensure(database, settings.adminKey()));

            String process = Ids.compact(begun.toEpochMilli());
            system = ActorSystem.create(Behaviors.empty(), "herald", setup(config, process, database));
            AtomicBoolean stopping = new AtomicBoolean();
            Parts parts = parts(system, database, settings, adminKey, process, stopping, clock);
            Router router = new Router(
                    system,
                    parts.keys(),
                    parts.idempotency(),
                    clock,
                    Stream.concat(parts.endpoints().stream(), more.stream()).toList());

            join(system, settings.seedNodes());
            ServerBinding binding = bind(system, settings, router);
            LOG.atInfo()
                    .addKeyValue("version", Version.current())
                    .addKeyValue("process", process)
                    .addKeyValue(
                            "http", "http://localhost:" + binding.localAddress().getPort() + "/")
                    .addKeyValue("public_url", settings.publicUrl())
                    .addKeyValue("database", embedded == null ? "external" : "embedded")
                    .addKeyValue("migrations", migrated)
                    .addKeyValue(
                            "ready_ms", Duration.between(begun, Instant.now()).toMillis())
                    .log("Herald is ready");
            return new Application(embedded, database, system, router, binding, adminKey.madeUp(), stopping);
        } catch (RuntimeException e) {
            if (system != null) {
                system.terminate();
            }
            if (database != null) {
                database.close();
            }
            if (embedded != null) {
                embedded.close();
            }
            throw e;
        }
    }

    private static ActorSystemSetup setup(Config config, String process, Database database) {
        Config complete = ConfigFactory.parseMap(Map.of("akka.cluster.roles", List.of(LiveNodes.ROLE_PREFIX + process)))
                .withFallback(config);
        return ActorSystemSetup.create(
                BootstrapSetup.create(complete),
                new JournalSetup(
                        database,
                        writer -> List.of(
                                MessageView.of(process, writer),
                                UsageView.of(process, writer),
                                new ReportedOptOuts(),
                                new CampaignView())));
    }

    /** What of the parts the server stands on. */
    private record Parts(List<Endpoint> endpoints, ApiKeys keys, Idempotency idempotency) {}

    /** The parts list. */
    private static Parts parts(
            ActorSystem<?> system,
            Database database,
            ApplicationSettings settings,
            AdministratorKey adminKey,
            String process,
            AtomicBoolean stopping,
            InstantSource clock) {
        ClusterSharding sharding = ClusterSharding.get(system);
        Cluster cluster = Cluster.get(system);
        LiveNodes nodes = new LiveNodes(system, process);
        CallbackUrls callbacks = new CallbackUrls(settings.publicUrl());
        ProviderConnections connections = new ProviderConnections();

        Tenants tenants = new Tenants(database, clock);
        ApiKeys keys = new ApiKeys(database, settings.tiers(), clock, adminKey.hash());
        ProviderAccounts accounts = new ProviderAccounts(database, clock, settings.accountDefaults());
        Adapters adapters = new Adapters(
                connections, accounts, callbacks, settings.dispatch().requestTimeout());
        Templates templates = new Templates(database, clock);
        Contacts contacts = new Contacts(database);
        Imports imports = new Imports(database, clock);
        OptOuts optOuts = new OptOuts(database, clock);

        Messages messages = new Messages(sharding, settings.askTimeout(), clock);
        MessageQueries messageQueries = new MessageQueries(database);
        ProviderIds providerIds = new ProviderIds(messageQueries);
        Campaigns campaigns = new Campaigns(sharding, settings.askTimeout(), clock);
        CampaignQueries campaignQueries = new CampaignQueries(database);

        StoredLimits storedLimits = new StoredLimits(database, accounts, clock);
        Limits limits = new Limits(storedLimits, clock, System::nanoTime);
        Lanes lanes = new Lanes(
                system,
                accounts,
                adapters,
                messages,
                optOuts,
                providerIds,
                limits,
                campaignQueries,
                settings.dispatch());
        Lingering lingering = new Lingering(settings.linger(), settings.maxLingering());
        lingering.begin(system);
        MessageEntity.init(
                sharding,
                new MessageEntity.Surroundings(
                        new MessageDecider(settings.dispatch().rules()),
                        lanes,
                        clock,
                        process,
                        nodes::isLive,
                        lingering));
        campaigns.init(
                system,
                lanes,
                campaignQueries,
                messageQueries,
                messages,
                imports,
                templates,
                accounts,
                settings.campaign());

        CallbackStore callbackStore = new CallbackStore(database, clock, optOuts);
        Webhooks webhooks =
                new Webhooks(accounts, adapters, callbackStore, messages, messageQueries, providerIds, optOuts);
        CampaignMessages campaignMessages = new CampaignMessages(database, campaignQueries, accounts);
        Composer composer = new Composer(accounts, clock, settings.campaign().lifetime());

        await(accounts.refresh());
        await(imports.recover(clock.instant()));
        daemons(system, settings, database, messages, campaigns, campaignQueries, callbackStore, nodes, clock);
        Idempotency idempotency = new Idempotency(database, clock);
        Retention retention = new Retention(
                database,
                campaignQueries,
                campaigns,
                new MessageRemoval(UsageView.ofRemoved()),
                settings.retention(),
                clock);
        new Housekeeping(settings, idempotency, callbackStore, accounts, retention).begin(system);
        stopInOrder(system, settings, lanes, connections, stopping);

        List<Endpoint> endpoints = Stream.<Endpoint.Group>of(
                        new HealthRoutes(
                                database, () -> cluster.selfMember().status() == MemberStatus.up(), stopping::get),
                        new StaticRoutes(Version.of("swagger-ui")),
                        new TenantRoutes(tenants, keys, settings.tiers()),
                        new AccountRoutes(accounts, tenants, callbacks),
                        new DispatchRoutes(storedLimits, limits, lanes, accounts),
                        new TemplateRoutes(templates),
                        new ContactRoutes(system, contacts, imports, optOuts),
                        new MessageRoutes(messages, messageQueries, templates, accounts, composer, campaignMessages),
                        new CampaignRoutes(
                                campaigns,
                                campaignQueries,
                                campaignMessages,
                                messageQueries,
                                templates,
                                accounts,
                                imports,
                                new CampaignInsight(lanes, limits, accounts)),
                        new UsageRoutes(new UsageQueries(database), accounts, clock),
                        new WebhookRoutes(webhooks, callbacks))
                .flatMap(group -> group.endpoints().stream())
                .toList();
        return new Parts(endpoints, keys, idempotency);
    }

    private static void daemons(
            ActorSystem<?> system,
            ApplicationSettings settings,
            Database database,
            Messages messages,
            Campaigns campaigns,
            CampaignQueries campaignQueries,
            CallbackStore callbackStore,
            LiveNodes nodes,
            InstantSource clock) {
        ShardedDaemonProcess daemons = ShardedDaemonProcess.get(system);
        daemons.init(
                Sweeper.Command.class,
                "sweeper",
                SWEEPERS,
                index -> Sweeper.create(
                        database,
                        messages,
                        nodes,
                        clock,
                        index,
                        SWEEPERS,
                        settings.dispatch().sweepEvery()));
        daemons.init(
                Keeper.Message.class,
                "keeper",
                1,
                index -> Keeper.create(
                        campaignQueries, campaigns, clock, settings.campaign().ping()));
        daemons.init(
                Matcher.Command.class,
                "matcher",
                1,
                index -> Matcher.create(
                        callbackStore, messages, settings.dispatch().sweepEvery()));
    }

    /** Returns when the node is a member that is up: of the cluster of these nodes, or without any of one of its own. */
    static void join(ActorSystem<?> system, List<String> seedNodes) {
        Cluster cluster = Cluster.get(system);
        List<Address> seeds = seedNodes.isEmpty()
                ? List.of(cluster.selfMember().address())
                : seedNodes.stream()
                        .map(node -> AddressFromURIString.parse("akka://herald@" + node))
                        .toList();
        cluster.manager().tell(new JoinSeedNodes(seeds));
        long giveUp = System.nanoTime() + JOIN_PATIENCE.toNanos();
        while (cluster.selfMember().status() != MemberStatus.up()) {
            if (System.nanoTime() - giveUp > 0) {
                throw new SettingsException(
                        "HERALD_SEED_NODES: none of these nodes let this one in: " + String.join(", ", seedNodes));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private static ServerBinding bind(ActorSystem<?> system, ApplicationSettings settings, Router router) {
        Function<HttpRequest, CompletionStage<HttpResponse>> handler = router::handle;
        try {
            return await(Http.get(system)
                            .newServerAt(settings.httpHost(), settings.httpPort())
                            .bind(handler))
                    .addToCoordinatedShutdown(Duration.ofSeconds(5), system);
        } catch (CompletionException e) {
            throw new SettingsException("HERALD_HTTP_PORT (herald.http.port): port " + settings.httpPort()
                    + " can't be bound; is it in use?");
        }
    }

    /** First nothing new comes in, then what is in flight lands, then the node leaves its cluster. */
    private static void stopInOrder(
            ActorSystem<?> system,
            ApplicationSettings settings,
            Lanes lanes,
            ProviderConnections connections,
            AtomicBoolean stopping) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "announce", () -> {
            LOG.info("Herald is stopping: what is in flight lands first");
            stopping.set(true);
            return java.util.concurrent.CompletableFuture.completedFuture(Done.getInstance());
        });
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceRequestsDone(), "drain lanes", () -> lanes.drain(settings.drain()));
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "stop lanes", () -> {
            lanes.stop();
            connections.close();
            return java.util.concurrent.CompletableFuture.completedFuture(Done.getInstance());
        });
    }

    public int httpPort() {
        return binding.localAddress().getPort();
    }

    public Database database() {
        return database;
    }

    /** The server that this node has started for itself; none where it was given a database. */
    @Nullable
    EmbeddedDatabase embedded() {
        return embedded;
    }

    /** All that this node's HTTP server can be asked for. */
    public List<Endpoint> endpoints() {
        return router.endpoints();
    }

    /** The administrator's key, where this start made it up. */
    public java.util.Optional<String> madeUpAdminKey() {
        return java.util.Optional.ofNullable(madeUpAdminKey);
    }

    /** Drains, leaves, ends. Returns when all is over; a second call returns at once. */
    @Override
    public void close() {
        if (stopped.getAndSet(true)) {
            return;
        }
        stopping.set(true);
        try {
            CoordinatedShutdown.get(system)
                    .runAll(CoordinatedShutdown.unknownReason())
                    .toCompletableFuture()
                    .get(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            LOG.warn("the node did not stop in time", e);
        }
        database.close();
        if (embedded != null) {
            embedded.close();
        }
        LOG.info("Herald has stopped");
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
