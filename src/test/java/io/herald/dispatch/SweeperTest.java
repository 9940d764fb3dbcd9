package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.domain.Status;
import io.herald.support.FakeSharding;
import io.herald.support.OpenDatabase;
import io.herald.support.TestClock;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweeperTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration EVERY = Duration.ofMillis(50);
    private static OpenDatabase db;
    private static ActorSystem<Void> system;
    private static int sweepers;

    private final TestClock clock = new TestClock();
    private final Map<String, Integer> woken = new ConcurrentHashMap<>();
    private final List<ActorRef<Sweeper.Command>> running = new java.util.ArrayList<>();

    @BeforeAll
    static void open() {
        db = OpenDatabase.fresh();
        system = ActorSystem.create(
                Behaviors.empty(), "herald", ConfigFactory.parseString("""
                        akka.remote.artery.canonical.hostname = "127.0.0.1"
                        akka.remote.artery.canonical.port = 0
                        akka.cluster.roles = ["process-live"]
                        """).withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void close() {
        system.terminate();
        db.close();
    }

    @BeforeEach
    void empty() {
        db.update("TRUNCATE message_due, campaign");
    }

    @AfterEach
    void end() {
        running.forEach(sweeper -> sweeper.<Object>unsafeUpcast().tell(akka.actor.PoisonPill.getInstance()));
    }

    private void sweep(int index, int of) {
        Messages messages = new Messages(
                new FakeSharding(system, (id, told) -> {
                    if (told instanceof MessageEntity.Wake wake) {
                        woken.merge(id, 1, Integer::sum);
                        wake.replyTo().tell(new MessageEntity.Now(Status.QUEUED, false));
                    }
                }),
                Duration.ofSeconds(5),
                clock);
        running.add(system.systemActorOf(
                Sweeper.create(db.database(), messages, new LiveNodes(system, "self"), clock, index, of, EVERY),
                "sweeper-" + sweepers++,
                Props.empty()));
    }

    private void due(String message, int bucket, long inSeconds, @Nullable String owner, @Nullable String campaign) {
        db.update(
                "INSERT INTO message_due (tenant_id, message_id, campaign_id, bucket, due_at, owner) VALUES ('t', ?, ?, ?, ?, ?)",
                message,
                campaign,
                bucket,
                clock.instant().plusSeconds(inSeconds),
                owner);
    }

    private static void campaign(String id, String status, boolean cancelling) {
        db.update("""
                INSERT INTO campaign (tenant_id, id, name, status, active, cancelling, definition, through, created_at, updated_at)
                VALUES ('t', ?, ?, ?, true, ?, '{}', 0, now(), now())
                """, id, id, status, cancelling);
    }

    private void areWoken(String... ids) {
        List<String> expected =
                java.util.Arrays.stream(ids).map(id -> "t/" + id).toList();
        Until.holds(() -> "woken: " + woken, PATIENCE, () -> woken.keySet().containsAll(expected));
        assertThat(woken).containsOnlyKeys(expected);
    }

    @Test
    void whatIsDueIsWokenAndWhatIsNotIsLeftAlone() {
        campaign("runs", "running", false);
        campaign("paused", "paused", false);
        campaign("ending", "paused", true);
        due("past", 0, -1, null, null);
        due("now", 3, 0, null, "runs");
        due("future", 3, 1, null, null);
        due("of-paused", 4, -1, null, "paused");
        due("of-cancelled", 5, -1, null, "ending");
        due("of-unknown", 7, -1, null, "gone");
        sweep(0, 1);
        areWoken("past", "now", "of-cancelled", "of-unknown");
        clock.advance(Duration.ofSeconds(1));
        areWoken("past", "now", "of-cancelled", "of-unknown", "future");
    }

    @Test
    void whatAProcessThatIsGoneHeldIsWokenAtOnceAndWhatALiveOneHoldsWhenItsLeaseIsOver() {
        due("orphan", 1, 1000, "gone", null);
        due("over", 2, -1, "self", null);
        due("held", 3, 1000, "self", null);
        sweep(0, 1);
        areWoken("orphan", "over");
        clock.advance(Duration.ofSeconds(1001));
        areWoken("orphan", "over", "held");
    }

    @Test
    void severalSweepersShareTheWorkAndLeaveNothingOut() {
        for (int bucket = 0; bucket < 8; bucket++) {
            due("m" + bucket, bucket, -1, null, null);
        }
        sweep(1, 4);
        areWoken("m1", "m5");
        sweep(0, 4);
        sweep(2, 4);
        sweep(3, 4);
        areWoken("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7");
    }

    @Test
    void moreThanAPageIsWokenEachOnceWhileItIsFresh() {
        db.update("""
                INSERT INTO message_due SELECT 't', 'm' || n, NULL, n % 8, ?::timestamptz - n / 700 * interval '1 second', NULL
                FROM generate_series(1, 2300) n
                """, clock.instant());
        sweep(0, 1);
        Until.holds(() -> "woken: " + woken.size(), PATIENCE, () -> woken.size() == 2300);
        assertThat(woken.values()).allMatch(times -> times <= 2);
    }

    /** The members' names are carried as roles; the process itself is live before it has joined. */
    @Test
    void liveProcessesAreThoseOfTheCluster() {
        LiveNodes nodes = new LiveNodes(system, "self");
        assertThat(nodes.isLive("self")).isTrue();
        assertThat(nodes.isLive("gone")).isFalse();
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        Until.holds(() -> "live: " + nodes.all(), PATIENCE, () -> nodes.isLive("live"));
        assertThat(nodes.all()).containsExactlyInAnyOrder("self", "live");
    }
}
