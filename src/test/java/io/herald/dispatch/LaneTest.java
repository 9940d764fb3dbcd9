package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.herald.channel.Adapters;
import io.herald.channel.CallbackUrls;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.ProviderConnections;
import io.herald.channel.SendRequest;
import io.herald.contact.OptOuts;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import io.herald.message.Dispatch.Ticket;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import io.herald.message.domain.Rules;
import io.herald.message.domain.Status;
import io.herald.message.view.MessageQueries;
import io.herald.support.FakeSharding;
import io.herald.support.Logged;
import io.herald.support.OpenDatabase;
import io.herald.support.Until;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lane between messages that the test plays and a provider that answers over HTTP. */
class LaneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final AtomicInteger ACCOUNTS = new AtomicInteger();
    private static final InstantSource CLOCK = InstantSource.system();
    private static OpenDatabase db;
    private static final ProviderConnections CONNECTIONS = new ProviderConnections();
    private static ActorSystem<Void> system;

    private final Set<String> journaled = ConcurrentHashMap.newKeySet();
    private final Map<String, SendResult> outcomes = new ConcurrentHashMap<>();
    private final List<String> suppressed = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> heldStarts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger deafToOutcomes = new AtomicInteger();
    private volatile boolean holdStarts;
    private FakeProvider provider;
    private ScheduledThreadPoolExecutor timer;
    private CampaignGates gates;
    private OptOuts optOuts;

    @BeforeAll
    static void open() {
        db = OpenDatabase.fresh();
        system = system("lane-test");
    }

    private static ActorSystem<Void> system(String name) {
        return ActorSystem.create(
                Behaviors.empty(),
                name,
                ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void close() {
        system.terminate();
        CONNECTIONS.close();
        db.close();
    }

    @BeforeEach
    void begin() throws IOException {
        provider = new FakeProvider();
        timer = new ScheduledThreadPoolExecutor(1);
        gates = new CampaignGates((tenant, campaign) -> CompletableFuture.completedFuture(true));
        optOuts = new OptOuts(db.database(), CLOCK);
        db.update("TRUNCATE opt_out");
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
        provider.close();
    }

    private void entity(String id, Object told) {
        switch (told) {
            case MessageEntity.Start start -> {
                String message = id.substring(id.indexOf('/') + 1);
                Runnable answer = () -> {
                    journaled.add(message);
                    start.replyTo().tell(new MessageEntity.Started(request(message)));
                };
                if (holdStarts) {
                    heldStarts.add(answer);
                } else {
                    answer.run();
                }
            }
            case MessageEntity.Outcome outcome -> {
                if (deafToOutcomes.getAndDecrement() <= 0) {
                    outcomes.put(id.substring(id.indexOf('/') + 1), outcome.result());
                    now(outcome.replyTo(), Status.SENT);
                }
            }
            case MessageEntity.Suppress suppress -> {
                suppressed.add(id.substring(id.indexOf('/') + 1));
                now(suppress.replyTo(), Status.SUPPRESSED);
            }
            default -> throw new AssertionError(told);
        }
    }

    private static void now(ActorRef<MessageEntity.Reply> replyTo, Status status) {
        replyTo.tell(new MessageEntity.Now(status, true));
    }

    private String account = "";

    private SendRequest request(String message) {
        return new SendRequest(
                "t",
                message,
                1,
                message + "/0",
                Channel.SMS,
                account,
                to(message),
                null,
                Content.text("Hi"),
                Instant.now());
    }

    private static String to(String message) {
        return "+1" + message.replaceAll("\\D", "");
    }

    private Lane lane(int maxConcurrent, int maxQueued) {
        return lane(maxConcurrent, maxQueued, Map.of("account_sid", "AC1", "auth_token", "secret"));
    }

    private Lane lane(int maxConcurrent, int maxQueued, Map<String, String> credentials) {
        return lane(system, maxConcurrent, maxQueued, credentials);
    }

    private Lane lane(ActorSystem<Void> on, int maxConcurrent, int maxQueued, Map<String, String> credentials) {
        account = "acc" + ACCOUNTS.incrementAndGet();
        ProviderAccounts accounts =
                new ProviderAccounts(db.database(), CLOCK, new ProviderAccounts.AccountDefaults(1000, maxConcurrent));
        accounts.create(
                        new ProviderAccount(
                                account,
                                null,
                                account,
                                "twilio",
                                Set.of(Channel.SMS),
                                provider.url(),
                                "+15005550006",
                                credentials,
                                1000,
                                maxConcurrent,
                                null,
                                Instant.now(),
                                Instant.now()),
                        null,
                        null)
                .toCompletableFuture()
                .join();
        Limits limits = new Limits(
                (key, demand) -> CompletableFuture.completedFuture(new LimitOwner.Share(
                        Double.POSITIVE_INFINITY, 0, Instant.now().plusSeconds(60))),
                CLOCK,
                System::nanoTime);
        Lane lane = new Lane(
                account,
                new Lane.Surroundings(
                        on,
                        accounts,
                        new Adapters(
                                CONNECTIONS,
                                accounts,
                                new CallbackUrls("http://herald.example"),
                                Duration.ofSeconds(10)),
                        new Messages(new FakeSharding(on, this::entity), Duration.ofMillis(700), CLOCK),
                        optOuts,
                        new ProviderIds(new MessageQueries(db.database())),
                        limits,
                        gates,
                        timer,
                        () -> false,
                        settings(maxQueued)));
        limits.onChange(lane::poke);
        gates.onOpen(lane::poke);
        timer.scheduleWithFixedDelay(lane::tick, 200, 200, TimeUnit.MILLISECONDS);
        return lane;
    }

    private static DispatchSettings settings(int maxQueued) {
        Duration minute = Duration.ofMinutes(1);
        return new DispatchSettings(
                new Rules(5, minute, minute, minute, minute, minute, minute, minute, minute),
                new LaneHealth.Settings(1000, Duration.ofSeconds(1), 3, Duration.ofSeconds(1)),
                maxQueued,
                minute,
                Duration.ofSeconds(10));
    }

    private Ticket ticket(String message, @Nullable String campaign) {
        return new Ticket("t", message, campaign, Category.MARKETING, account, Channel.SMS, to(message), null);
    }

    private static void until(String what, java.util.function.BooleanSupplier holds) {
        Until.holds(what, PATIENCE, holds);
    }

    @Test
    void noCallIsMadeBeforeItsAttemptIsJournaled() {
        Lane lane = lane(50, 1000);
        AtomicInteger tooEarly = new AtomicInteger();
        provider.onCall = id -> tooEarly.addAndGet(journaled.contains(id) ? 0 : 1);
        holdStarts = true;
        for (int i = 0; i < 20; i++) {
            assertThat(lane.offer(ticket("m" + i, null))).isTrue();
        }
        until("all have asked to start", () -> heldStarts.size() == 20);
        assertThat(provider.called).isEmpty();
        heldStarts.forEach(Runnable::run);
        until("all are told of", () -> outcomes.size() == 20);
        assertThat(tooEarly).hasValue(0);
        assertThat(provider.called).hasSize(20).doesNotHaveDuplicates();
        assertThat(outcomes).containsEntry("m7", new SendResult.Accepted("SMm7"));
        until("nothing is left", lane::isIdle);
    }

    @Test
    void anOutcomeIsToldAgainUntilItIsJournaledAndTheCallIsMadeOnce() {
        Lane lane = lane(10, 1000);
        deafToOutcomes.set(3);
        lane.offer(ticket("m1", null));
        until("the message has heard", () -> outcomes.containsKey("m1"));
        assertThat(provider.called).containsExactly("m1");
        until("nothing is left", lane::isIdle);
    }

    @Test
    void whoHasOptedOutIsSuppressedAndNotCalled() {
        Lane lane = lane(10, 1000);
        optOuts.record(new OptOuts.Subject("t", Channel.SMS, to("m1")), "keyword")
                .toCompletableFuture()
                .join();
        lane.offer(ticket("m1", null));
        lane.offer(ticket("m2", null));
        until("the other went", () -> outcomes.containsKey("m2"));
        until("the one is suppressed", () -> suppressed.contains("m1"));
        assertThat(provider.called).containsExactly("m2");
        assertThat(journaled).containsExactly("m2");
    }

    @Test
    void whoOptsOutBetweenTheJournalAndTheWireIsNotCalledEither() {
        Lane lane = lane(10, 1000);
        holdStarts = true;
        lane.offer(ticket("m1", null));
        until("it has asked to start", () -> heldStarts.size() == 1);
        OptOuts.Subject subject = new OptOuts.Subject("t", Channel.SMS, to("m1"));
        CompletableFuture<OptOuts.OptOut> recorded =
                optOuts.record(subject, "keyword").toCompletableFuture();
        until("the opt-out is written", () -> optOuts.isRevoked(subject));
        assertThat(recorded).as("waits for the attempt that had passed").isNotDone();
        heldStarts.remove().run();
        until("it is told so", () -> outcomes.containsKey("m1"));
        assertThat(outcomes.get("m1"))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class,
                        rejected -> assertThat(rejected.errorClass()).isEqualTo(ErrorClass.OPTED_OUT));
        assertThat(recorded).succeedsWithin(PATIENCE);
        assertThat(provider.called).isEmpty();
    }

    @Test
    void thatItsSystemEndsIsNoFailureOfALane() {
        ActorSystem<Void> ending = system("ending-lane-test");
        try (Logged logged = new Logged(Lane.class)) {
            Lane lane = lane(ending, 10, 1000, Map.of("account_sid", "AC1", "auth_token", "secret"));
            lane.offer(ticket("m1", null));
            until("it is at work", () -> outcomes.containsKey("m1"));
            ending.terminate();
            until("it has ended", () -> ending.whenTerminated().isCompleted());
            assertThat(logged.messages()).isEmpty();
        }
    }

    @Test
    void noMoreCallsAreOpenAtOnceThanTheAccountAllows() {
        Lane lane = lane(3, 1000);
        CountDownLatch gate = provider.hold();
        for (int i = 0; i < 30; i++) {
            lane.offer(ticket("m" + i, null));
        }
        until("three are open", () -> provider.open.get() == 3);
        gate.countDown();
        until("all are told of", () -> outcomes.size() == 30);
        assertThat(provider.mostAtOnce).hasValue(3);
    }

    @Test
    void anAdapterThatThrowsLosesNoTicket() {
        Lane lane = lane(10, 1000, Map.of("account_sid", "AC1"));
        for (int i = 0; i < 5; i++) {
            lane.offer(ticket("m" + i, "c"));
        }
        until("all are told of", () -> outcomes.size() == 5);
        assertThat(outcomes.values()).allSatisfy(result -> assertThat(result).isInstanceOf(SendResult.Unknown.class));
        until("nothing is left", lane::isIdle);
        assertThat(gates.halt("c").toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(List.of());
    }

    @Test
    void aQueueHasABoundAndAMessageOnePlaceInIt() {
        gates.halt("c");
        Lane lane = lane(10, 5);
        for (int i = 0; i < 5; i++) {
            assertThat(lane.offer(ticket("m" + i, "c"))).isTrue();
        }
        assertThat(lane.offer(ticket("m5", "c"))).isFalse();
        assertThat(lane.holds(ticket("m4", "c"))).isTrue();
        assertThat(lane.snapshot().queuedMarketing()).isEqualTo(5);
        gates.open("c");
        until("all are told of", () -> outcomes.size() == 5);
        assertThat(lane.offer(ticket("m5", "c"))).isTrue();
        until("the last as well", () -> outcomes.size() == 6);
        assertThat(provider.called).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void afterAHaltNothingStartsAndWhatIsInFlightIsNamedUntilItLands() {
        Lane lane = lane(2, 1000);
        CountDownLatch gate = provider.hold();
        for (int i = 0; i < 2; i++) {
            lane.offer(ticket("m" + i, "c"));
        }
        until("two are open", () -> provider.open.get() == 2);
        List<String> named = gates.halt("c")
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        assertThat(named).containsExactlyInAnyOrder("m0", "m1");
        Set<String> started = Set.copyOf(journaled);
        for (int i = 2; i < 10; i++) {
            lane.offer(ticket("m" + i, "c"));
            lane.offer(ticket("x" + i, null));
        }
        gate.countDown();
        until("the others are not held up", () -> outcomes.size() == 10);
        assertThat(journaled.stream().filter(id -> id.startsWith("m"))).containsExactlyInAnyOrderElementsOf(started);
        assertThat(gates.halt("c").toCompletableFuture().join()).isEmpty();
        gates.open("c");
        until("and then they go", () -> outcomes.size() == 18);
    }

    @Test
    void aDrainingLaneAdmitsNothingMoreAndIsIdleWhenWhatIsInFlightHasLanded() {
        Lane lane = lane(5, 1000);
        CountDownLatch gate = provider.hold();
        lane.offer(ticket("m1", null));
        until("it is open", () -> provider.open.get() == 1);
        lane.drain();
        lane.offer(ticket("m2", null));
        assertThat(lane.isIdle()).isFalse();
        gate.countDown();
        until("nothing is left", lane::isIdle);
        assertThat(outcomes).containsOnlyKeys("m1");
        assertThat(provider.called).containsExactly("m1");
    }
}
