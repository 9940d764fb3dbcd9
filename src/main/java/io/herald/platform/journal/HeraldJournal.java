package io.herald.platform.journal;

import akka.actor.AbstractActor;
import akka.actor.ActorRef;
import akka.actor.ExtendedActorSystem;
import akka.event.EventStream;
import akka.persistence.AtomicWrite;
import akka.persistence.DeleteMessagesFailure;
import akka.persistence.DeleteMessagesSuccess;
import akka.persistence.JournalProtocol;
import akka.persistence.Persistence;
import akka.persistence.PersistentEnvelope;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.typed.PersistenceId;
import akka.serialization.Serialization;
import akka.serialization.Serialization$;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.typesafe.config.Config;
import io.herald.platform.journal.JournalReader.StoredEvent;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Akka's journal over PostgreSQL. Configured as {@code herald.journal}; gets its database and views from the {@link JournalSetup}
 * that the actor system was started with. The tables are those of akka-persistence-r2dbc 1.1.2, so its query side reads them.
 *
 * <p>It speaks the journal protocol itself, where Akka's own base class would pass every answer through one more actor and behind
 * the slowest write: an entity is answered by the writer, as soon as its group is committed. Entities' writes stay in their order,
 * as the writer keeps it.
 */
public final class HeraldJournal extends AbstractActor {
    private static final Logger LOG = LoggerFactory.getLogger(HeraldJournal.class);
    private static final String PUBLISH = "akka.persistence.publish-plugin-commands";
    private static final String TAG_SEPARATOR = "\u001f";

    /** Said by a writer: the queue is no longer full. */
    private enum Room {
        AGAIN
    }

    private final ExtendedActorSystem system;
    private final Serialization serialization;
    private final Persistence persistence;
    private final Database database;
    private final GroupCommit writer;
    private final JournalReader reader;
    private final ArrayDeque<JournalProtocol.Request> waiting = new ArrayDeque<>();
    /** Akka's setting for tests: what was read or deleted is told on the system's event stream. */
    private final boolean publishing;

    private final EventStream published;

    public HeraldJournal(Config config) {
        JournalSetup setup = getContext()
                .getSystem()
                .settings()
                .setup()
                .get(JournalSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was started without a JournalSetup"));
        this.system = (ExtendedActorSystem) getContext().getSystem();
        this.serialization = SerializationExtension.get(system);
        this.persistence = Persistence.get(system);
        this.database = setup.database();
        ActorRef journal = getSelf();
        this.writer = new GroupCommit(
                () -> WriterLock.shared(database.dedicated()),
                setup::views,
                new GroupCommit.Settings(
                        config.getInt("writers"),
                        config.getInt("max-group"),
                        config.getInt("max-queue"),
                        config.getDuration("patience")),
                setup.listener(),
                () -> journal.tell(Room.AGAIN, ActorRef.noSender()));
        this.reader = new JournalReader(database);
        Config settings = system.settings().config();
        this.publishing = settings.hasPath(PUBLISH) && settings.getBoolean(PUBLISH);
        this.published = system.eventStream();
    }

    @Override
    public void postStop() {
        writer.close();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(JournalProtocol.WriteMessages.class, this::admit)
                .match(JournalProtocol.ReplayMessages.class, this::admit)
                .match(Room.class, room -> admitWaiting())
                .match(JournalProtocol.DeleteMessagesTo.class, this::delete)
                .build();
    }

    /**
     * While the writers' queue is full, entities wait here with what they would write, not yet serialised, and so do those that
     * only start, which would have something to write soon.
     */
    private void admit(JournalProtocol.Request request) {
        if (waiting.isEmpty() && !writer.isFull()) {
            serve(request);
        } else {
            waiting.add(request);
        }
    }

    private void admitWaiting() {
        while (!waiting.isEmpty() && !writer.isFull()) {
            serve(waiting.remove());
        }
    }

    private void serve(JournalProtocol.Request request) {
        switch (request) {
            case JournalProtocol.WriteMessages write -> write(write);
            case JournalProtocol.ReplayMessages replay -> replay(replay);
            default -> throw new IllegalArgumentException("a request that does not wait");
        }
    }

    private void write(JournalProtocol.WriteMessages request) {
        String id = persistenceId(request);
        try {
            List<JournalRow> rows = Serialization$.MODULE$.withTransportInformation(system, () -> rows(request));
            writer.write(id, rows).whenComplete((written, failure) -> answer(request, failure));
        } catch (Exception e) { // Scala's serializers don't declare what they throw
            LOG.error("an event can't be written", e);
            writer.write(id, List.of()).whenComplete((inTurn, failure) -> answer(request, e));
        }
    }

    /** Of the entity whose events these are; nothing where none of it is to be journaled. */
    private static String persistenceId(JournalProtocol.WriteMessages request) {
        for (PersistentEnvelope envelope : CollectionConverters.asJava(request.messages())) {
            if (envelope instanceof AtomicWrite write) {
                return write.persistenceId();
            }
        }
        return "";
    }

    private List<JournalRow> rows(JournalProtocol.WriteMessages request) {
        List<JournalRow> rows = new ArrayList<>();
        try {
            for (PersistentEnvelope envelope : CollectionConverters.asJava(request.messages())) {
                if (envelope instanceof AtomicWrite write) {
                    for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
                        rows.add(row(event));
                    }
                }
            }
        } catch (NotSerializableException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** To each event its answer, by whichever thread knows it. */
    private void answer(JournalProtocol.WriteMessages request, @Nullable Throwable failure) {
        ActorRef entity = request.persistentActor();
        int instance = request.actorInstanceId();
        List<PersistentEnvelope> envelopes = CollectionConverters.asJava(request.messages());
        if (failure == null) {
            entity.tell(JournalProtocol.WriteMessagesSuccessful$.MODULE$, getSelf());
        } else {
            long writes =
                    envelopes.stream().filter(AtomicWrite.class::isInstance).count();
            entity.tell(new JournalProtocol.WriteMessagesFailed(failure, (int) writes), getSelf());
        }
        for (PersistentEnvelope envelope : envelopes) {
            if (!(envelope instanceof AtomicWrite write)) {
                entity.tell(new JournalProtocol.LoopMessageSuccess(envelope.payload(), instance), envelope.sender());
                continue;
            }
            for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
                Object told = failure == null
                        ? new JournalProtocol.WriteMessageSuccess(event, instance)
                        : new JournalProtocol.WriteMessageFailure(event, failure, instance);
                entity.tell(told, event.sender());
            }
        }
    }

    private JournalRow row(PersistentRepr event) throws NotSerializableException {
        Object payload = event.payload();
        String tags = null;
        if (payload instanceof Tagged tagged) {
            payload = tagged.payload();
            tags = String.join(TAG_SEPARATOR, CollectionConverters.asJava(tagged.tags()));
        }
        Serializer serializer = serialization.findSerializerFor(payload);
        String id = event.persistenceId();
        return new JournalRow(
                persistence.sliceForPersistenceId(id),
                PersistenceId.extractEntityType(id),
                id,
                event.sequenceNr(),
                serializer.identifier(),
                Serializers.manifestFor(serializer, payload),
                serializer.toBinary(payload),
                event.writerUuid(),
                tags,
                metadata(event),
                payload);
    }

    private JournalRow.@Nullable Metadata metadata(PersistentRepr event) throws NotSerializableException {
        if (event.metadata().isEmpty()) {
            return null;
        }
        Object metadata = event.metadata().get();
        Serializer serializer = serialization.findSerializerFor(metadata);
        return new JournalRow.Metadata(
                serializer.identifier(), Serializers.manifestFor(serializer, metadata), serializer.toBinary(metadata));
    }

    /** The events asked for, then the highest sequence number; or why not. What the entity has under way is waited for first. */
    private void replay(JournalProtocol.ReplayMessages request) {
        ActorRef entity = request.persistentActor();
        String id = request.persistenceId();
        writer.settled(id)
                .thenCompose(settled -> reader.head(id))
                .thenCompose(head -> {
                    if (head.size() < JournalReader.HEAD) {
                        tell(request, head);
                        return CompletableFuture.completedFuture(
                                head.isEmpty() ? 0L : head.getLast().row().sequenceNr());
                    }
                    return reader.highest(id)
                            .thenCompose(highest -> reader.replay(
                                            id,
                                            request.fromSequenceNr(),
                                            Math.min(highest, request.toSequenceNr()),
                                            request.max(),
                                            event -> tell(entity, event))
                                    .thenApply(done -> highest));
                })
                .whenComplete((highest, failure) -> {
                    if (failure == null) {
                        entity.tell(new JournalProtocol.RecoverySuccess(highest), getSelf());
                    } else {
                        entity.tell(new JournalProtocol.ReplayMessagesFailure(told(failure)), getSelf());
                    }
                    publish(request);
                });
    }

    private void tell(JournalProtocol.ReplayMessages request, List<StoredEvent> head) {
        long left = request.max();
        for (StoredEvent event : head) {
            long sequenceNr = event.row().sequenceNr();
            if (left > 0 && sequenceNr >= request.fromSequenceNr() && sequenceNr <= request.toSequenceNr()) {
                tell(request.persistentActor(), event);
                left--;
            }
        }
    }

    private void tell(ActorRef entity, StoredEvent event) {
        if (!event.deleted()) {
            entity.tell(new JournalProtocol.ReplayedMessage(read(event.row())), ActorRef.noSender());
        }
    }

    private PersistentRepr read(JournalRow row) {
        PersistentRepr event = PersistentRepr.apply(
                deserialized(row.bytes(), row.serializerId(), row.manifest()),
                row.sequenceNr(),
                row.persistenceId(),
                "",
                false,
                ActorRef.noSender(),
                row.writer());
        JournalRow.Metadata metadata = row.metadata();
        return metadata == null
                ? event
                : event.withMetadata(deserialized(metadata.bytes(), metadata.serializerId(), metadata.manifest()));
    }

    private Object deserialized(byte[] bytes, int serializer, String manifest) {
        return serialization.deserialize(bytes, serializer, manifest).get();
    }

    /** Deletes rows and leaves a marker at the last, so that the highest sequence number stays known. */
    private void delete(JournalProtocol.DeleteMessagesTo request) {
        String id = request.persistenceId();
        int slice = persistence.sliceForPersistenceId(id);
        String entityType = PersistenceId.extractEntityType(id);
        writer.settled(id)
                .thenCompose(settled -> database.transact(c -> {
                    long highest = Sql.one(
                                    c,
                                    "SELECT max(seq_nr) FROM event_journal WHERE persistence_id = ?",
                                    row -> row.getLong(1),
                                    id)
                            .orElse(0L);
                    long last = Math.min(request.toSequenceNr(), highest);
                    if (last > 0) {
                        Sql.update(c, "DELETE FROM event_journal WHERE persistence_id = ? AND seq_nr <= ?", id, last);
                        Sql.update(c, """
                                INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                    event_ser_manifest, event_payload, writer, adapter_manifest, deleted)
                                VALUES (?, ?, ?, ?, clock_timestamp(), 0, '', ''::bytea, '', '', true)
                                """, slice, entityType, id, last);
                    }
                    return last;
                }))
                .whenComplete((last, failure) -> {
                    Object told = failure == null
                            ? new DeleteMessagesSuccess(request.toSequenceNr())
                            : new DeleteMessagesFailure(told(failure), request.toSequenceNr());
                    request.persistentActor().tell(told, getSelf());
                    publish(request);
                });
    }

    private void publish(JournalProtocol.Request request) {
        if (publishing) {
            published.publish(request);
        }
    }

    /** Entities restart quietly. That the database is away, the writer says; the rest is said here. */
    private static Throwable told(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof DatabaseAway)) {
            LOG.error("the journal could not be read", cause);
        }
        return cause;
    }
}
