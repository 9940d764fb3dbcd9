package io.herald.message;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityContext;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.message.MessageEntity.Command;
import io.herald.message.MessageEntity.Reply;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.MessageDecider;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import io.herald.message.domain.Status;
import io.herald.support.MovableClock;
import io.herald.support.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Message entities over a journal in memory, with a shard, a dispatch and a clock that the test plays. */
final class MessageRig implements AutoCloseable {
    static final String NODE = "node-1";

    private final ActorTestKit kit = ActorTestKit.create(PersistenceTestKitPlugin.config()
            .withFallback(ConfigFactory.parseString("akka.actor.provider = local"))
            .withFallback(ConfigFactory.load()));
    private final AtomicInteger count = new AtomicInteger();
    private final Lingering lingering = new Lingering(Duration.ofMillis(300), 1000);

    final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());

    MessageRig() {
        lingering.begin(kit.system());
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }

    /** A message that is not in the journal yet. */
    Subject fresh(Envelope envelope) {
        return recovered(envelope, List.of());
    }

    /** One that was there when its process ended. */
    Subject recovered(Envelope envelope, List<MessageEvent> events) {
        return new Subject(envelope, "t1/" + envelope.messageId() + "-" + count.incrementAndGet(), events);
    }

    final class Subject {
        final FakeDispatch dispatch = new FakeDispatch();
        final MovableClock clock = new MovableClock(T0);
        final TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
        final TestProbe<Reply> runner = kit.createTestProbe();
        final TestProbe<Reply> caller = kit.createTestProbe();
        final String persistenceId;
        ActorRef<Command> entity;

        private final Envelope envelope;
        private final String entityId;
        private int seen;

        private Subject(Envelope envelope, String entityId, List<MessageEvent> events) {
            this.envelope = envelope;
            this.entityId = entityId;
            this.persistenceId = MessageEntity.KEY.name() + "|" + entityId;
            this.seen = events.size();
            if (!events.isEmpty()) {
                journal.persistForRecovery(
                        persistenceId,
                        events.stream()
                                .<Object>map(event -> new MessageRecorded(event, null, null))
                                .toList());
            }
            this.entity = spawn();
        }

        private ActorRef<Command> spawn() {
            return kit.spawn(MessageEntity.create(
                    new EntityContext<>(MessageEntity.KEY, entityId, shard.getRef()),
                    new MessageEntity.Surroundings(
                            new MessageDecider(RULES), dispatch, clock, NODE, NODE::equals, lingering)));
        }

        /** As a shard ends one that asked to leave, and begins it again with the next message. */
        void restart() {
            stop();
            entity = spawn();
        }

        void stop() {
            entity.tell(MessageEntity.Stop.NOW);
            runner.expectTerminated(entity, Duration.ofSeconds(5));
        }

        /** It asked its shard to leave memory. */
        void leaves() {
            shard.expectMessageClass(ClusterSharding.Passivate.class, Duration.ofSeconds(5));
        }

        void feed(MessageEntity.@Nullable Obstacle obstacle) {
            entity.tell(new MessageEntity.Feed(envelope, obstacle, runner.getRef()));
        }

        void submit(Instant deadline) {
            entity.tell(new MessageEntity.Submit(envelope, null, deadline, caller.getRef()));
        }

        /** The commit of its start whose acknowledgement was lost. */
        void wasJournaledNevertheless() {
            AttemptStart start = new AttemptStart(
                    1, 0, RCS.channel(), "rcs-1", "key", 1, NODE, T0.plus(RULES.attemptLease()), Map.of(), "none");
            journal.persistForRecovery(
                    persistenceId,
                    List.of(new MessageRecorded(
                            new MessageEvent.Queued(T0, envelope, "fed", NODE, T0.plus(RULES.queueLease()), start),
                            null,
                            null)));
        }

        void start() {
            start(clock.instant().plusSeconds(4));
        }

        void start(Instant deadline) {
            entity.tell(new MessageEntity.Start(Map.of(), "none", deadline, caller.getRef()));
        }

        void answer(SendResult result) {
            entity.tell(new MessageEntity.Outcome(1, result, caller.getRef()));
        }

        void report(DeliveryReport.Kind kind) {
            entity.tell(new MessageEntity.Report(new DeliveryReport(kind, 1, "id-1", null, "", ""), caller.getRef()));
        }

        /** That the first attempt did not arrive, and why. */
        void report(ErrorClass why) {
            entity.tell(new MessageEntity.Report(
                    new DeliveryReport(DeliveryReport.Kind.UNDELIVERED, 1, "id-1", why, "", ""), caller.getRef()));
        }

        void wake() {
            entity.tell(new MessageEntity.Wake(caller.getRef()));
        }

        /** The caller is answered that it stands so. */
        void is(Status status) {
            assertThat(caller.expectMessageClass(MessageEntity.Now.class).status())
                    .isEqualTo(status);
        }

        /** What was journaled since this was last asked. */
        List<MessageEvent> journaled() {
            List<Object> all = journal.persistedInStorage(persistenceId);
            List<MessageEvent> news = all.subList(seen, all.size()).stream()
                    .map(recorded -> ((MessageRecorded) recorded).event())
                    .toList();
            seen = all.size();
            return news;
        }

        long journaledInAll(Class<? extends MessageEvent> event) {
            return journal.persistedInStorage(persistenceId).stream()
                    .filter(recorded -> event.isInstance(((MessageRecorded) recorded).event()))
                    .count();
        }

        /** The provider was asked so often; the caller's own answer does not wait for that. */
        void isLookedUp(int times) {
            Until.holds(
                    "it is looked up",
                    Duration.ofSeconds(5),
                    () -> dispatch.lookUps().size() >= times);
            assertThat(dispatch.lookUps()).hasSize(times);
        }

        void resolves(LookUp answer) {
            dispatch.lookUps().getLast().complete(answer);
        }
    }
}
