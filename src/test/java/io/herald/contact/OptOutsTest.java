package io.herald.contact;

import static io.herald.support.TestStore.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.Done;
import io.herald.contact.OptOuts.OptOut;
import io.herald.contact.OptOuts.Passage;
import io.herald.contact.OptOuts.Subject;
import io.herald.kernel.Channel;
import io.herald.platform.sql.Database;
import io.herald.support.FreePort;
import io.herald.support.TestDatabase;
import io.herald.support.TestStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Consent against real PostgreSQL: no attempt passes that starts after an opt-out is in force. */
class OptOutsTest {
    private static final Instant NOW = Instant.parse("2024-01-15T12:30:00Z");
    private static final String ANN = "+14155550100";
    private static final AtomicInteger TENANTS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static TestStore store;

    private final OptOuts optOuts = new OptOuts(store.database, () -> NOW);
    private final String tenant = "t" + TENANTS.incrementAndGet();
    private final Subject ann = new Subject(tenant, Channel.SMS, ANN);

    @BeforeAll
    static void open() {
        store = new TestStore();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private boolean refused(Subject subject) {
        Passage passage = join(optOuts.enter(subject));
        optOuts.leave(passage);
        return passage.refused();
    }

    private List<OptOut> listed() {
        return join(optOuts.list(tenant, Optional.empty(), "", "", 100));
    }

    @Test
    void withoutARecordAnyoneMayBeMessaged() {
        assertThat(refused(ann)).isFalse();
        assertThat(optOuts.isRevoked(ann)).isFalse();
    }

    @Test
    void anOptOutRefusesUntilItIsLifted() {
        assertThat(join(optOuts.record(ann, "api"))).isEqualTo(new OptOut(Channel.SMS, ANN, "api", NOW));
        assertThat(refused(ann)).isTrue();
        assertThat(optOuts.isRevoked(ann))
                .as("an attempt under way must not leave")
                .isTrue();

        assertThat(join(optOuts.lift(ann))).isTrue();
        assertThat(refused(ann)).isFalse();
        assertThat(optOuts.isRevoked(ann)).isFalse();
        assertThat(join(optOuts.lift(ann))).as("there is none to lift").isFalse();
    }

    @Test
    void anOptOutBindsOneTenantChannelAndAddress() {
        join(optOuts.record(ann, "api"));
        assertThat(refused(new Subject(tenant, Channel.RCS, ANN))).isFalse();
        assertThat(refused(new Subject(tenant, Channel.SMS, "+14155550101"))).isFalse();
        assertThat(refused(new Subject(tenant + "x", Channel.SMS, ANN))).isFalse();
        assertThat(optOuts.isRevoked(new Subject(tenant, Channel.RCS, ANN))).isFalse();
    }

    @Test
    void aSecondOptOutChangesNothing() {
        join(optOuts.record(ann, "api"));
        OptOuts later = new OptOuts(store.database, () -> NOW.plusSeconds(60));
        assertThat(join(later.record(ann, "keyword"))).isEqualTo(new OptOut(Channel.SMS, ANN, "api", NOW));
        assertThat(listed()).hasSize(1);
    }

    @Test
    void anOptOutIsThereAfterARestartAndOnOtherNodes() {
        join(optOuts.record(ann, "api"));
        OptOuts other = new OptOuts(store.database, () -> NOW);
        Passage passage = join(other.enter(ann));
        assertThat(passage.refused()).isTrue();
        other.leave(passage);
    }

    @Test
    void anOptOutWaitsForTheAttemptsThatEnteredBeforeIt() {
        Passage first = join(optOuts.enter(ann));
        Passage second = join(optOuts.enter(ann));
        CompletableFuture<OptOut> recorded = optOuts.record(ann, "api").toCompletableFuture();
        CompletableFuture<Boolean> seen = CompletableFuture.supplyAsync(() -> {
            io.herald.support.Until.holds(
                    "the opt-out is stored", java.time.Duration.ofSeconds(10), () -> optOuts.isRevoked(ann));
            return true;
        });
        assertThat(seen.join()).isTrue();
        Passage later = join(optOuts.enter(ann));
        assertThat(later.refused()).isTrue();
        assertThat(recorded).isNotDone();
        optOuts.leave(second);
        assertThat(recorded).isNotDone();
        optOuts.leave(first);
        assertThat(recorded.join().address())
                .as("without the one that came later")
                .isEqualTo(ANN);
        optOuts.leave(later);
    }

    @Test
    void anOptOutDoesNotWaitForOthers() {
        join(optOuts.enter(new Subject(tenant, Channel.RCS, ANN)));
        join(optOuts.record(ann, "api"));
    }

    @Test
    void aSecondOptOutWaitsForTheSameAttempts() {
        Passage passage = join(optOuts.enter(ann));
        CompletableFuture<Done> first = optOuts.inForce(ann).toCompletableFuture();
        CompletableFuture<Done> second = optOuts.inForce(ann).toCompletableFuture();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        optOuts.leave(passage);
        assertThat(first).isDone();
        assertThat(second).isDone();
    }

    @Test
    void leavingTwiceIsHarmless() {
        Passage passage = join(optOuts.enter(ann));
        optOuts.leave(passage);
        optOuts.leave(passage);
        assertThat(refused(ann)).isFalse();
    }

    @Test
    void manyAreCheckedTogetherAndEachGetsItsOwnAnswer() {
        List<Subject> people = IntStream.range(0, 1500)
                .mapToObj(i -> new Subject(tenant, i % 2 == 0 ? Channel.SMS : Channel.RCS, "+1415555%04d".formatted(i)))
                .toList();
        for (int i = 0; i < people.size(); i += 7) {
            store.execute(
                    "INSERT INTO opt_out VALUES (?, ?, ?, 'api', now())",
                    tenant,
                    people.get(i).channel().wire(),
                    people.get(i).address());
        }
        List<CompletableFuture<Passage>> passages = people.stream()
                .map(person -> optOuts.enter(person).toCompletableFuture())
                .toList();
        for (int i = 0; i < people.size(); i++) {
            assertThat(passages.get(i).join()).isEqualTo(new Passage(people.get(i), i % 7 == 0, 0));
        }
    }

    /** Attempts enter, are journaled and leave, over and over, while their person opts out once. */
    @Test
    @Timeout(60)
    void noAttemptIsJournaledAfterTheOptOutIsInForce() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            Subject person = new Subject(tenant, Channel.SMS, "+1415555%04d".formatted(round));
            AtomicBoolean inForce = new AtomicBoolean();
            AtomicBoolean stop = new AtomicBoolean();
            ConcurrentLinkedQueue<String> late = new ConcurrentLinkedQueue<>();
            CountDownLatch warm = new CountDownLatch(50);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    threads.execute(() -> {
                        while (!stop.get()) {
                            Passage passage = join(optOuts.enter(person));
                            Thread.onSpinWait();
                            if (!passage.refused() && inForce.get()) {
                                late.add("an attempt was journaled after the opt-out was in force");
                            }
                            optOuts.leave(passage);
                            warm.countDown();
                        }
                    });
                }
                warm.await();
                join(optOuts.record(person, "api"));
                inForce.set(true);
                for (int i = 0; i < 20; i++) {
                    assertThat(refused(person)).isTrue();
                }
                stop.set(true);
            }
            assertThat(late).isEmpty();
        }
    }

    @Test
    void withoutADatabaseNoAttemptBeginsAndNobodyIsLeftInside() {
        try (Database away =
                new Database(TestDatabase.settings("postgresql://x:x@127.0.0.1:" + FreePort.probe() + "/x"))) {
            OptOuts blind = new OptOuts(away, () -> NOW);
            assertThatThrownBy(() -> join(blind.enter(ann))).hasStackTraceContaining("DatabaseAway");
            assertThat(blind.inForce(ann).toCompletableFuture()).isDone();
        }
    }

    @Test
    void theListIsPagedByChannelAndAddress() {
        for (String address : List.of("+14155550103", "+14155550101", "+14155550102")) {
            join(optOuts.record(new Subject(tenant, Channel.SMS, address), "api"));
        }
        join(optOuts.record(new Subject(tenant, Channel.RCS, "+14155550101"), "keyword"));
        assertThat(listed())
                .extracting(OptOut::address)
                .containsExactly("+14155550101", "+14155550101", "+14155550102", "+14155550103");
        assertThat(listed()).extracting(OptOut::channel).startsWith(Channel.RCS, Channel.SMS);
        assertThat(join(optOuts.list(tenant, Optional.empty(), "sms", "+14155550101", 1)))
                .extracting(OptOut::address)
                .containsExactly("+14155550102");
        assertThat(join(optOuts.list(tenant, Optional.of("+14155550101"), "", "", 10)))
                .hasSize(2);
        assertThat(join(optOuts.list(tenant + "x", Optional.empty(), "", "", 10)))
                .isEmpty();
    }
}
