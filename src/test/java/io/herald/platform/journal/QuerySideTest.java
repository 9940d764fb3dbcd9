package io.herald.platform.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.japi.Pair;
import akka.persistence.Persistence;
import akka.persistence.query.Offset;
import akka.persistence.query.PersistenceQuery;
import akka.persistence.query.typed.EventEnvelope;
import akka.persistence.r2dbc.query.javadsl.R2dbcReadJournal;
import akka.persistence.typed.PersistenceId;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.typesafe.config.ConfigFactory;
import io.herald.support.OpenDatabase;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The query side of akka-persistence-r2dbc, as it comes, reads what Herald's journal wrote. */
class QuerySideTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STRING_SERIALIZER = 20;
    private static final int EVENTS_EACH = 4;
    private static final int ENTITIES = 25_000;
    private static final int ALL = ENTITIES * EVENTS_EACH;

    /** All events lie here: a sixteenth of all slices, as one of sixteen readers has it. */
    private static final int FIRST_SLICE = 64;

    private static final int LAST_SLICE = 127;

    private static OpenDatabase db;
    private static ActorTestKit kit;
    private static R2dbcReadJournal journal;
    private static List<String> ids;

    @BeforeAll
    static void write() {
        db = OpenDatabase.fresh();
        URI url = URI.create(db.url());
        kit = ActorTestKit.create(ConfigFactory.parseMap(Map.of(
                        "akka.actor.provider", "local",
                        "akka.loglevel", "OFF",
                        "akka.persistence.r2dbc.connection-factory.driver", "postgres",
                        "akka.persistence.r2dbc.connection-factory.host", url.getHost(),
                        "akka.persistence.r2dbc.connection-factory.port", url.getPort(),
                        "akka.persistence.r2dbc.connection-factory.user", "postgres",
                        "akka.persistence.r2dbc.connection-factory.database",
                                url.getPath().substring(1)))
                .withFallback(ConfigFactory.load()));
        journal = PersistenceQuery.get(kit.system())
                .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.Identifier());
        Persistence slices = Persistence.get(kit.system());
        ids = IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> PersistenceId.of("Pad", "p" + n).id())
                .filter(id -> slices.sliceForPersistenceId(id) >= FIRST_SLICE
                        && slices.sliceForPersistenceId(id) <= LAST_SLICE)
                .limit(ENTITIES)
                .toList();
        try (GroupCommit writer = OneWriter.over(db.database()::dedicated, List.of(), 500, Duration.ofSeconds(5))) {
            for (long first = 1; first <= EVENTS_EACH; first += 2) {
                long from = first;
                CompletableFuture.allOf(ids.stream()
                                .map(id -> writer.write(
                                        id,
                                        Stream.of(from, from + 1)
                                                .map(seq -> row(slices.sliceForPersistenceId(id), id, seq))
                                                .toList()))
                                .toArray(CompletableFuture[]::new))
                        .join();
            }
        }
    }

    private static JournalRow row(int slice, String id, long sequenceNr) {
        return new JournalRow(
                slice,
                "Pad",
                id,
                sequenceNr,
                STRING_SERIALIZER,
                "",
                text(id, sequenceNr).getBytes(StandardCharsets.UTF_8),
                "writer",
                null,
                null,
                null);
    }

    private static String text(String id, long sequenceNr) {
        return id + " says " + sequenceNr;
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
        db.close();
    }

    private static <T> List<T> all(Source<T, ?> source) throws Exception {
        return source.runWith(Sink.seq(), kit.system())
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void theEventsOfASliceRangeAreReadToTheLastAndEachEntitysInOrder() throws Exception {
        areAllThere(all(journal.<String>currentEventsBySlices("Pad", FIRST_SLICE, LAST_SLICE, Offset.noOffset())));
    }

    @Test
    void aReaderThatStaysHasThemAllWithoutStalling() throws Exception {
        areAllThere(all(journal.<String>eventsBySlices("Pad", FIRST_SLICE, LAST_SLICE, Offset.noOffset())
                .statefulMap(
                        () -> new HashMap<Pair<String, Long>, Boolean>(),
                        (seen, event) -> Pair.create(
                                seen,
                                // looked back at, an event comes a second time
                                seen.put(Pair.create(event.persistenceId(), event.sequenceNr()), true) == null
                                        ? List.of(event)
                                        : List.<EventEnvelope<String>>of()),
                        seen -> java.util.Optional.empty())
                .mapConcat(events -> events)
                .take(ALL)));
    }

    private static void areAllThere(List<EventEnvelope<String>> events) {
        Map<String, List<Long>> read = new HashMap<>();
        for (EventEnvelope<String> event : events) {
            assertThat(event.getEvent()).isEqualTo(text(event.persistenceId(), event.sequenceNr()));
            read.computeIfAbsent(event.persistenceId(), id -> new ArrayList<>()).add(event.sequenceNr());
        }
        assertThat(read).hasSize(ENTITIES);
        assertThat(read.values()).allSatisfy(numbers -> assertThat(numbers).containsExactly(1L, 2L, 3L, 4L));
    }

    @Test
    void anEntitysEventsAreReadByItsId() throws Exception {
        for (String id : List.of(ids.getFirst(), ids.get(ENTITIES / 2), ids.getLast())) {
            assertThat(all(journal.currentEventsByPersistenceId(id, 0, Long.MAX_VALUE)))
                    .extracting(akka.persistence.query.EventEnvelope::sequenceNr)
                    .containsExactly(1L, 2L, 3L, 4L);
        }
    }
}
