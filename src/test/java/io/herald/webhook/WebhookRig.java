package io.herald.webhook;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.herald.channel.Adapters;
import io.herald.channel.CallbackUrls;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.ProviderConnections;
import io.herald.channel.Samples;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.contact.OptOuts;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.Rejection;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import io.herald.message.domain.Status;
import io.herald.message.view.MessageQueries;
import io.herald.platform.http.Problem;
import io.herald.support.TestStore;
import io.herald.support.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks over a real database; the messages that they speak to are stand-ins which write down what they are told and refuse it
 * where the test says so.
 */
final class WebhookRig implements AutoCloseable {
    static final Instant NOW = Instant.parse("2024-01-15T12:30:00Z");
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** What a message was told. */
    record Told(String message, Object what) {}

    final TestStore store = new TestStore();
    final ActorSystem<Void> system;
    final OptOuts optOuts = new OptOuts(store.database, () -> NOW);
    final CallbackStore callbacks = new CallbackStore(store.database, () -> NOW, optOuts);
    final ProviderAccounts accounts =
            new ProviderAccounts(store.database, () -> NOW, new ProviderAccounts.AccountDefaults(1000, 8));
    private final ProviderConnections connections = new ProviderConnections();
    final Messages messages;
    final ProviderIds providerIds;
    final Webhooks webhooks;

    /** In the order in which they were told. */
    final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();

    /** Entity ids of messages that know nothing. */
    final List<String> strangers = new CopyOnWriteArrayList<>();

    WebhookRig() {
        system = ActorSystem.create(
                Behaviors.empty(),
                "webhook-test",
                ConfigFactory.parseMap(Map.of("herald.cluster.port", 0))
                        .withFallback(ConfigFactory.load())
                        .resolve());
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(new Join(cluster.selfMember().address()));
        Until.holds(
                "the node is up",
                Duration.ofSeconds(30),
                () -> cluster.selfMember().status() == MemberStatus.up());
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(MessageEntity.KEY, entity -> standIn(entity.getEntityId())));
        messages = new Messages(sharding, Duration.ofSeconds(5), () -> NOW);
        MessageQueries queries = new MessageQueries(store.database);
        providerIds = new ProviderIds(queries);
        Adapters adapters =
                new Adapters(connections, accounts, new CallbackUrls(Samples.PUBLIC_URL), Duration.ofSeconds(1));
        webhooks = new Webhooks(accounts, adapters, callbacks, messages, queries, providerIds, optOuts);
        system.systemActorOf(Matcher.create(callbacks, messages, Duration.ofMillis(20)), "matcher", Props.empty());
    }

    private Behavior<MessageEntity.Command> standIn(String id) {
        return Behaviors.receive(MessageEntity.Command.class)
                .onMessage(MessageEntity.Report.class, m -> answer(id, m.report(), m.replyTo()))
                .onMessage(MessageEntity.Suppress.class, m -> answer(id, m.reason(), m.replyTo()))
                .build();
    }

    private Behavior<MessageEntity.Command> answer(String id, Object what, ActorRef<MessageEntity.Reply> replyTo) {
        if (strangers.contains(id)) {
            replyTo.tell(new MessageEntity.Refused(Rejection.notFound("no such message")));
        } else {
            told.add(new Told(id, what));
            replyTo.tell(new MessageEntity.Now(Status.SENT, false));
        }
        return Behaviors.same();
    }

    /** A tenant of its own for each test. */
    String tenant() {
        String id = "w" + COUNT.incrementAndGet();
        store.execute("INSERT INTO tenant VALUES (?, ?, 'free', now())", id, id);
        return id;
    }

    ProviderAccount twilio(@Nullable String tenant, String sid) {
        return account(
                tenant, "twilio", Set.of(Channel.SMS), Map.of("account_sid", sid, "auth_token", Samples.TOKEN), null);
    }

    ProviderAccount gupshup(@Nullable String tenant) {
        return account(tenant, "gupshup", Set.of(Channel.RCS), Map.of("api_key", "k"), "token0123456789");
    }

    private ProviderAccount account(
            @Nullable String tenant,
            String provider,
            Set<Channel> channels,
            Map<String, String> credentials,
            @Nullable String token) {
        String id = "acc-" + COUNT.incrementAndGet();
        ProviderAccount draft =
                new ProviderAccount(id, tenant, id, provider, channels, null, null, credentials, 0, 0, token, NOW, NOW);
        return TestStore.join(accounts.create(draft, null, null)).orElseThrow();
    }

    WebhookResult.Response handle(ProviderAccount account, WebhookRequest request) {
        return handle(account.provider(), account.id(), account.webhookToken(), request);
    }

    WebhookResult.Response handle(
            String provider, @Nullable String account, @Nullable String token, WebhookRequest request) {
        return TestStore.join(webhooks.handle(provider, account, token, request));
    }

    /** The status with which a callback is refused; 0 where it is not. */
    int refusal(String provider, @Nullable String account, @Nullable String token, WebhookRequest request) {
        try {
            handle(provider, account, token, request);
            return 0;
        } catch (Problem problem) {
            return problem.status();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Problem problem) {
                return problem.status();
            }
            throw e;
        }
    }

    List<DeliveryReport> reportsTo(String tenant, String message) {
        return told.stream()
                .filter(one -> one.message().equals(tenant + "/" + message))
                .map(Told::what)
                .filter(DeliveryReport.class::isInstance)
                .map(DeliveryReport.class::cast)
                .toList();
    }

    List<Object> toldTo(String tenant, String message) {
        return told.stream()
                .filter(one -> one.message().equals(tenant + "/" + message))
                .map(Told::what)
                .toList();
    }

    /** A message as the view has it. */
    void row(String tenant, String id, ProviderAccount account, String to, String status) {
        store.execute(
                """
                INSERT INTO message (tenant_id, id, recipient, category, status, channel, to_address, account, attempts, segments,
                    created_at, updated_at)
                VALUES (?, ?, 0, 'marketing', ?, ?, ?, ?, 1, 1, clock_timestamp(), clock_timestamp())
                """, tenant, id, status, account.channels().iterator().next().wire(), to, account.id());
    }

    /** What is journaled when a provider's id becomes known. */
    void ref(ProviderAccount account, String providerMessageId, String tenant, String message) {
        store.execute("INSERT INTO provider_ref VALUES (?, ?, ?, ?)", account.id(), providerMessageId, tenant, message);
    }

    long parked(ProviderAccount account) {
        return store.count("SELECT count(*) FROM parked_report WHERE account = ?", account.id());
    }

    long kept(ProviderAccount account) {
        return store.count("SELECT count(*) FROM provider_event WHERE account = ?", account.id());
    }

    List<String> inbound(ProviderAccount account) {
        return store.texts("""
                SELECT concat_ws('|', coalesce(tenant_id, '-'), channel, from_address, to_address, body, provider_message_id)
                FROM inbound_message WHERE account = ? ORDER BY provider_message_id
                """, account.id());
    }

    boolean isOptedOut(String tenant, Channel channel, String address) {
        return store.count(
                        "SELECT count(*) FROM opt_out WHERE tenant_id = ? AND channel = ? AND address = ?",
                        tenant,
                        channel.wire(),
                        address)
                == 1;
    }

    @Override
    public void close() {
        connections.close();
        system.terminate();
        TestStore.join(system.getWhenTerminated());
        store.close();
    }
}
