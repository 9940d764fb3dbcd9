package io.herald.platform.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.support.OpenDatabase;
import io.herald.support.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeraldJournalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static OpenDatabase db;
    private static ActorTestKit kit;

    sealed interface Command {}

    record Add(List<String> texts, ActorRef<List<String>> replyTo) implements Command {}

    record Get(ActorRef<List<String>> replyTo) implements Command {}

    enum Leave implements Command {
        NOW
    }

    /** Keeps what it is told. */
    static final class Pad extends EventSourcedBehavior<Command, String, List<String>> {
        Pad(String id) {
            super(
                    PersistenceId.of("Pad", id),
                    SupervisorStrategy.restartWithBackoff(Duration.ofMillis(50), Duration.ofMillis(200), 0));
        }

        @Override
        public List<String> emptyState() {
            return List.of();
        }

        @Override
        public CommandHandler<Command, String, List<String>> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onCommand(
                            Add.class,
                            (state, add) -> Effect().persist(add.texts()).thenReply(add.replyTo(), after -> after))
                    .onCommand(Get.class, (state, get) -> Effect().reply(get.replyTo(), state))
                    .onCommand(Leave.class, () -> Effect().stop())
                    .build();
        }

        @Override
        public EventHandler<List<String>, String> eventHandler() {
            return (state, text) -> {
                List<String> more = new ArrayList<>(state);
                more.add(text);
                return List.copyOf(more);
            };
        }

        @Override
        public Set<String> tagsFor(String text) {
            return text.startsWith("#") ? Set.of("hash", text) : Set.of();
        }
    }

    @BeforeAll
    static void start() {
        db = OpenDatabase.fresh();
        var config = ConfigFactory.parseString("""
                        akka.actor.provider = local
                        akka.loglevel = OFF
                        herald.journal { patience = 10 s, max-queue = 10 }
                        """).withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "journal-test",
                ActorSystemSetup.create(
                        BootstrapSetup.create(config), new JournalSetup(db.database(), writer -> List.of())));
        kit = ActorTestKit.create(system);
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
        db.close();
    }

    private static ActorRef<Command> pad(String id) {
        return kit.spawn(Behaviors.setup(context -> new Pad(id)));
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> "e" + n).toList();
    }

    private static List<String> kept(ActorRef<Command> pad) {
        TestProbe<List<String>> probe = kit.createTestProbe();
        pad.tell(new Get(probe.ref()));
        return probe.receiveMessage(PATIENCE);
    }

    private static void add(ActorRef<Command> pad, String... texts) {
        add(pad, List.of(texts));
    }

    private static void add(ActorRef<Command> pad, List<String> texts) {
        TestProbe<List<String>> probe = kit.createTestProbe();
        pad.tell(new Add(texts, probe.ref()));
        probe.receiveMessage(PATIENCE);
    }

    private static boolean isSilent(TestProbe<?> probe) {
        try {
            probe.expectNoMessage(Duration.ofMillis(300));
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private static void leave(ActorRef<Command> pad) {
        pad.tell(Leave.NOW);
        kit.createTestProbe().expectTerminated(pad, PATIENCE);
    }

    @Test
    void manyEntitiesThatStartAtOnceAllGetTheirOwnHistory() {
        int many = 200;
        List<ActorRef<Command>> first =
                IntStream.range(0, many).mapToObj(i -> pad("many" + i)).toList();
        for (int round = 1; round <= 3; round++) {
            TestProbe<List<String>> probe = kit.createTestProbe();
            for (int i = 0; i < many; i++) {
                first.get(i).tell(new Add(List.of("i" + i + "r" + round), probe.ref()));
            }
            probe.receiveSeveralMessages(many, PATIENCE);
        }
        first.forEach(HeraldJournalTest::leave);
        List<ActorRef<Command>> second =
                IntStream.range(0, many).mapToObj(i -> pad("many" + i)).toList();
        for (int i = 0; i < many; i++) {
            assertThat(kept(second.get(i))).containsExactly("i" + i + "r1", "i" + i + "r2", "i" + i + "r3");
        }
    }

    /** Up to a head's length it is read with others, beyond that by itself, and in pages. */
    @Test
    void historiesOfAnyLengthAreReadWhole() {
        for (int length : new int[] {JournalReader.HEAD - 1, JournalReader.HEAD, JournalReader.HEAD + 1, 2100}) {
            ActorRef<Command> pad = pad("long" + length);
            add(pad, numbered(1, length));
            leave(pad);
            ActorRef<Command> again = pad("long" + length);
            assertThat(kept(again)).isEqualTo(numbered(1, length));
            add(again, "and on");
            assertThat(kept(again)).hasSize(length + 1);
        }
    }

    @Test
    void itsSettingsAreWholeSoThatAkkaMergesNothingIntoThemAtEachStart() {
        Config all = ConfigFactory.load();
        Config journal = all.getConfig("herald.journal");
        assertThat(journal.withFallback(all.getConfig("akka.persistence.journal-plugin-fallback"))
                        .root())
                .isSameAs(journal.root());
    }

    @Test
    void tagsAreStoredForTheQuerySide() {
        ActorRef<Command> pad = pad("tagged");
        add(pad, "plain", "#a");
        assertThat(db.list(
                        "SELECT coalesce(array_to_string(tags, ','), '-') FROM event_journal "
                                + "WHERE persistence_id = 'Pad|tagged' ORDER BY seq_nr",
                        row -> row.getString(1)))
                .satisfiesExactly(
                        none -> assertThat(none).isEqualTo("-"),
                        two -> assertThat(two.split(",", -1)).containsExactlyInAnyOrder("hash", "#a"));
        assertThat(
                        db.number(
                                "SELECT count(*) FROM event_journal WHERE persistence_id = 'Pad|tagged' AND entity_type = 'Pad'"))
                .isEqualTo(2);
    }

    @Test
    void ofTwoIncarnationsTheSecondToWriteIsRefusedAndComesBackWithTheFirstsHistory() {
        ActorRef<Command> one = pad("twice");
        ActorRef<Command> two = pad("twice");
        assertThat(kept(two)).isEmpty();
        add(one, "one");
        TestProbe<List<String>> probe = kit.createTestProbe();
        two.tell(new Add(List.of("two"), probe.ref()));
        probe.expectNoMessage(Duration.ofMillis(300));
        assertThat(kept(two)).containsExactly("one");
        add(two, "two");
        assertThat(kept(two)).containsExactly("one", "two");
        assertThat(db.number("SELECT count(*) FROM event_journal WHERE persistence_id = 'Pad|twice'"))
                .isEqualTo(2);
    }

    @Test
    void anEntityWhoseSessionsAreEndedAllTheTimeLosesNothing() {
        ActorRef<Command> pad = pad("unlucky");
        TestProbe<List<String>> probe = kit.createTestProbe();
        for (int n = 1; n <= 40; n++) {
            pad.tell(new Add(List.of("e" + n), probe.ref()));
            if (n % 4 == 0) {
                db.number("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """);
            }
        }
        probe.receiveSeveralMessages(40, PATIENCE);
        leave(pad);
        assertThat(kept(pad("unlucky"))).isEqualTo(numbered(1, 40));
    }

    /** The table is locked until so much waits that one who only starts is held back. */
    @Test
    void aFullQueueHoldsEntitiesBackAndLosesNone() throws SQLException {
        int many = 60;
        TestProbe<List<String>> probe = kit.createTestProbe();
        List<ActorRef<Command>> pads =
                IntStream.range(0, many).mapToObj(n -> pad("full" + n)).toList();
        try (Connection other = db.database().dedicated()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("LOCK TABLE event_journal IN SHARE MODE");
            }
            pads.forEach(pad -> pad.tell(new Add(List.of("x", "y"), probe.ref())));
            AtomicInteger late = new AtomicInteger();
            Until.holds("a full queue", PATIENCE, () -> {
                TestProbe<List<String>> answer = kit.createTestProbe();
                pad("late" + late.incrementAndGet()).tell(new Get(answer.ref()));
                return isSilent(answer);
            });
            other.rollback();
        }
        assertThat(probe.receiveSeveralMessages(many, PATIENCE)).containsOnly(List.of("x", "y"));
        assertThat(kept(pad("late1"))).isEmpty();
    }
}
