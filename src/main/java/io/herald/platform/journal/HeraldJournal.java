package io.herald.platform.journal;

import akka.Done;
import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.Persistence;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.journal.japi.AsyncWriteJournal;
import akka.persistence.typed.PersistenceId;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.typesafe.config.Config;
import io.herald.platform.journal.JournalReader.StoredEvent;
import io.herald.platform.sql.DatabaseAway;
import io.herald.platform.sql.Sql;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/**
 * Akka's journal over PostgreSQL. Configured as {@code herald.journal}; gets its database and views from the {@link JournalSetup}
 * that the actor system was started with. The tables are those of akka-persistence-r2dbc 1.1.2, so its query side reads them.
 */
public final class HeraldJournal extends AsyncWriteJournal {
    private static final Logger LOG = LoggerFactory.getLogger(HeraldJournal.class);
    private static final String TAG_SEPARATOR = "\u001f";

    private final Serialization serialization;
    private final Persistence persistence;
    private final io.herald.platform.sql.Database database;
    private final GroupCommit writer;
    private final JournalReader reader;

    /** What a look for the highest sequence number has fetched already, for the replay that follows it. */
    private final Cache<String, List<StoredEvent>> heads = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(20_000)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();

    public HeraldJournal(Config config) {
        JournalSetup setup = context()
                .system()
                .settings()
                .setup()
                .get(JournalSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was started without a JournalSetup"));
        this.serialization = SerializationExtension.get(context().system());
        this.persistence = Persistence.get(context().system());
        this.database = setup.database();
        this.writer = new GroupCommit(
                database::dedicated, setup.views(), config.getInt("max-group"), config.getDuration("patience"));
        this.reader = new JournalReader(database);
    }

    @Override
    public void postStop() {
        writer.close();
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<JournalRow> rows = new ArrayList<>();
        try {
            for (AtomicWrite write : messages) {
                for (PersistentRepr event : scala.jdk.javaapi.CollectionConverters.asJava(write.payload())) {
                    rows.add(row(event));
                }
            }
        } catch (NotSerializableException | RuntimeException e) {
            LOG.error("an event can't be written", e);
            return Futures.failed(e);
        }
        return scala(writer.write(rows).thenApply(written -> List.of()));
    }

    private JournalRow row(PersistentRepr event) throws NotSerializableException {
        Object payload = event.payload();
        String tags = null;
        if (payload instanceof Tagged tagged) {
            payload = tagged.payload();
            tags = String.join(TAG_SEPARATOR, scala.jdk.javaapi.CollectionConverters.asJava(tagged.tags()));
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

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        return scala(writer.settled(persistenceId)
                .thenCompose(settled -> reader.head(persistenceId))
                .thenCompose(head -> {
                    if (head.isEmpty()) {
                        return CompletableFuture.completedFuture(0L);
                    }
                    if (head.size() < JournalReader.HEAD) {
                        heads.put(persistenceId, head);
                        return CompletableFuture.completedFuture(
                                head.getLast().row().sequenceNr());
                    }
                    heads.invalidate(persistenceId); // an older look may have left a shorter one
                    return reader.highest(persistenceId);
                }));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        List<StoredEvent> head = heads.asMap().remove(persistenceId);
        if (head == null) {
            return done(reader.replay(
                    persistenceId, fromSequenceNr, toSequenceNr, max, event -> replay(event, replayCallback)));
        }
        try {
            head.stream()
                    .filter(event -> event.row().sequenceNr() >= fromSequenceNr
                            && event.row().sequenceNr() <= toSequenceNr)
                    .limit(max)
                    .forEach(event -> replay(event, replayCallback));
            return done(CompletableFuture.completedFuture(Done.getInstance()));
        } catch (RuntimeException e) {
            LOG.error("an event can't be read", e);
            return Futures.failed(e);
        }
    }

    private void replay(StoredEvent event, Consumer<PersistentRepr> callback) {
        if (event.deleted()) {
            return;
        }
        JournalRow row = event.row();
        Object payload = serialization
                .deserialize(row.bytes(), row.serializerId(), row.manifest())
                .get();
        PersistentRepr repr = PersistentRepr.apply(
                payload,
                row.sequenceNr(),
                row.persistenceId(),
                "",
                false,
                context().system().deadLetters(),
                row.writer());
        JournalRow.Metadata metadata = row.metadata();
        callback.accept(
                metadata == null
                        ? repr
                        : repr.withMetadata(serialization
                                .deserialize(metadata.bytes(), metadata.serializerId(), metadata.manifest())
                                .get()));
    }

    /** Deletes rows and leaves a marker at the last, so that the highest sequence number stays known. */
    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        int slice = persistence.sliceForPersistenceId(persistenceId);
        String entityType = PersistenceId.extractEntityType(persistenceId);
        return done(database.transact(c -> {
            long highest = Sql.one(
                            c,
                            "SELECT max(seq_nr) FROM event_journal WHERE persistence_id = ?",
                            row -> row.getLong(1),
                            persistenceId)
                    .orElse(0L);
            long last = Math.min(toSequenceNr, highest);
            if (last > 0) {
                Sql.update(
                        c, "DELETE FROM event_journal WHERE persistence_id = ? AND seq_nr <= ?", persistenceId, last);
                Sql.update(c, """
                        INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                            event_ser_manifest, event_payload, writer, adapter_manifest, deleted)
                        VALUES (?, ?, ?, ?, clock_timestamp(), 0, '', ''::bytea, '', '', true)
                        """, slice, entityType, persistenceId, last);
            }
            return Done.getInstance();
        }));
    }

    /** Akka's Java API types these futures as {@code Void}, whose only value is null; none of them is ever looked at. */
    @SuppressWarnings("NullAway")
    private static Future<Void> done(CompletionStage<Done> stage) {
        return scala(stage.thenApply(done -> null));
    }

    private static <T> Future<T> scala(CompletionStage<? extends T> stage) {
        Promise<T> promise = Futures.promise();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                promise.success(value);
            } else {
                tellOf(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
                promise.failure(failure);
            }
        });
        return promise.future();
    }

    /** Entities restart quietly. That the database is away, the writer says; the rest is said here. */
    private static void tellOf(Throwable failure) {
        if (!(failure instanceof DatabaseAway)) {
            LOG.error("the journal failed", failure);
        }
    }
}
