package io.herald.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.view.CampaignQueries;
import io.herald.channel.ProviderAccounts;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.domain.Status;
import io.herald.support.FakeSharding;
import io.herald.support.OpenDatabase;
import io.herald.support.Until;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A runner over real recipients that feeds messages which the test plays. */
class RunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PEOPLE = 120;
    private static final int WINDOW = 10;
    private static final InstantSource CLOCK = InstantSource.system();
    private static OpenDatabase db;
    private static ActorSystem<Void> system;

    private final Map<Integer, MessageEntity.Feed> fed = new ConcurrentHashMap<>();
    private final AtomicInteger feeds = new AtomicInteger();
    /** Those that are held, the lowest number first: messages hear of it in any order. */
    private final Queue<MessageEntity.Feed> waiting = new PriorityBlockingQueue<>(
            PEOPLE, Comparator.comparing(feed -> feed.envelope().recipient()));

    private final Set<Integer> held = ConcurrentHashMap.newKeySet();
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<Long> checkpoints = new CopyOnWriteArrayList<>();
    private final AtomicInteger tooFar = new AtomicInteger();
    private volatile boolean holdAll;
    private Duration feedAgain = Duration.ofSeconds(20);

    @BeforeAll
    static void open() {
        db = OpenDatabase.fresh();
        system = ActorSystem.create(
                Behaviors.empty(),
                "runner-test",
                ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));
        new Templates(db.database(), CLOCK)
                .add("t", "tpl", "greeting", Map.of(Channel.SMS, Content.text("Hello {{name}}")))
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void close() {
        system.terminate();
        db.close();
    }

    @BeforeEach
    void recipients() {
        db.update("TRUNCATE opt_out");
        List<CampaignQueries.Draft> drafts = IntStream.rangeClosed(1, PEOPLE)
                .mapToObj(n -> new CampaignQueries.Draft(
                        "+1415555" + (1000 + n), n == 7 ? Map.<String, String>of() : Map.of("name", "N" + n)))
                .toList();
        new CampaignQueries(db.database())
                .storeRecipients("t", "c", drafts)
                .toCompletableFuture()
                .join();
    }

    private static Campaign campaign(long through, String template) {
        Instant now = Instant.now();
        Definition definition = new Definition(
                "n",
                template,
                1,
                new Definition.Audience(null, PEOPLE),
                List.of(new Definition.Step(Channel.SMS, "a", null)),
                true,
                Category.MARKETING,
                UnknownPolicy.PREFER_LOSS,
                null,
                null,
                Map.of());
        Campaign campaign = Campaign.evolve(null, new CampaignEvent.Created(now, "t", "c", definition));
        campaign = Campaign.evolve(campaign, new CampaignEvent.Started(now));
        campaign = Campaign.evolve(campaign, new CampaignEvent.AudienceFixed(now, PEOPLE));
        return through == 0 ? campaign : Campaign.evolve(campaign, new CampaignEvent.Advanced(now, through));
    }

    private Runner.Running run(Campaign campaign) {
        CampaignSettings settings = new CampaignSettings(
                WINDOW,
                25,
                feedAgain,
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ofSeconds(1));
        Runner runner = new Runner(
                system,
                new CampaignQueries(db.database()),
                new Messages(new FakeSharding(system, (id, told) -> entity(told)), Duration.ofSeconds(5), CLOCK),
                new Templates(db.database(), CLOCK),
                new ProviderAccounts(db.database(), CLOCK, new ProviderAccounts.AccountDefaults(1000, 128)),
                settings);
        return runner.run(campaign, Instant.now(), this::checkpoint);
    }

    private void checkpoint(long through) {
        long from = checkpoints.isEmpty() ? 0 : checkpoints.getLast();
        for (long n = from + 1; n <= through; n++) {
            tooFar.addAndGet(acknowledged.contains((int) n) ? 0 : 1);
        }
        checkpoints.add(through);
    }

    private void entity(Object told) {
        if (told instanceof MessageEntity.Feed feed) {
            int n = feed.envelope().recipient();
            boolean first = fed.put(n, feed) == null;
            if (holdAll || (first && held.contains(n))) {
                waiting.add(feed);
                feeds.incrementAndGet();
            } else {
                feeds.incrementAndGet();
                acknowledge(feed);
            }
        }
    }

    private void acknowledge(MessageEntity.Feed feed) {
        acknowledged.add(feed.envelope().recipient());
        feed.replyTo().tell(new MessageEntity.Now(Status.SENDING, false));
    }

    private MessageEntity.Feed fed(int n) {
        return java.util.Objects.requireNonNull(fed.get(n));
    }

    private static void until(String what, java.util.function.BooleanSupplier holds) {
        Until.holds(what, PATIENCE, holds);
    }

    private static void ends(Runner.Running run) {
        assertThat(run.done().toCompletableFuture()).succeedsWithin(PATIENCE);
    }

    @Test
    void atMostAWindowIsOnItsWayToTheJournal() {
        holdAll = true;
        Runner.Running run = run(campaign(0, "tpl"));
        for (int released = 0; released < PEOPLE; released++) {
            int least = Math.min(PEOPLE, released + WINDOW);
            until("the window is full", () -> feeds.get() >= least);
            assertThat(feeds.get() - released).isLessThanOrEqualTo(WINDOW);
            acknowledge(java.util.Objects.requireNonNull(waiting.poll()));
        }
        ends(run);
        assertThat(fed).hasSize(PEOPLE);
        assertThat(feeds).hasValue(PEOPLE);
    }

    @Test
    void theCheckpointAdvancesOverAcknowledgedRecipientsOnly() {
        held.add(5);
        Runner.Running run = run(campaign(0, "tpl"));
        until("the window is full behind the fifth", () -> feeds.get() >= 4 + WINDOW);
        until("the checkpoint is before it", () -> checkpoints.contains(4L));
        assertThat(checkpoints).allMatch(through -> through <= 4);
        acknowledge(waiting.remove());
        ends(run);
        assertThat(checkpoints).isSorted().endsWith((long) PEOPLE);
        assertThat(tooFar).hasValue(0);
    }

    @Test
    void aRunBeginsBehindTheCheckpointAndFeedsEachOnce() {
        ends(run(campaign(100, "tpl")));
        assertThat(fed.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(101, PEOPLE).boxed().toList());
        assertThat(checkpoints).endsWith((long) PEOPLE);
        assertThat(fed(101).envelope().messageId()).isEqualTo("c-101");
    }

    @Test
    void aRunThatIsStoppedInTheMiddleFeedsNothingMoreAndTheNextTakesUpFromItsCheckpoint() {
        held.add(30);
        Runner.Running run = run(campaign(0, "tpl"));
        until("it hangs at the thirtieth", () -> feeds.get() == 29 + WINDOW);
        run.stop();
        ends(run);
        acknowledge(waiting.remove());
        assertThat(feeds).hasValue(29 + WINDOW);
        assertThat(tooFar).hasValue(0);
        assertThat(checkpoints).allMatch(through -> through <= 29);
        long through = checkpoints.getLast();
        ends(run(campaign(through, "tpl")));
        assertThat(fed).hasSize(PEOPLE);
        assertThat(checkpoints).endsWith((long) PEOPLE);
    }

    @Test
    void whoWasNotJournaledInTimeIsFedAgain() {
        feedAgain = Duration.ofMillis(300);
        held.addAll(List.of(3, 50));
        ends(run(campaign(0, "tpl")));
        assertThat(feeds.get()).isGreaterThanOrEqualTo(PEOPLE + 2);
        assertThat(tooFar).hasValue(0);
    }

    @Test
    void whoMustNotOrCantBeSentToIsFedWithTheReason() {
        db.update("INSERT INTO opt_out VALUES ('t', 'sms', '+14155551003', 'keyword', now())");
        ends(run(campaign(0, "tpl")));
        assertThat(fed(3).obstacle()).isEqualTo(new MessageEntity.Obstacle.Suppressed("opted_out"));
        assertThat(fed(7).obstacle())
                .isEqualTo(new MessageEntity.Obstacle.Unrenderable("missing_variable", "no value for name"));
        assertThat(fed(8).obstacle()).isNull();
        assertThat(fed(8).envelope().person().contents().get(Channel.SMS)).isEqualTo(Content.text("Hello N8"));
    }

    @Test
    void aRunThatCantBeginFailsSoThatItIsBegunAgain() {
        assertThat(run(campaign(0, "no such template")).done().toCompletableFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withMessageContaining("the template is gone");
        assertThat(fed).isEmpty();
    }
}
