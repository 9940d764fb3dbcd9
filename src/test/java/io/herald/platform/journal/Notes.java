package io.herald.platform.journal;

import io.herald.platform.sql.Sql;
import io.herald.support.OpenDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A view for tests: a table of JSON documents, one a row of the journal. It can be held up, and told to break. */
final class Notes implements InlineView<Notes.Note> {
    static final String POISON = "{\"text\": \"\\u0000\"}";
    static final String BUG = "a bug of the view";

    record Note(String json) {}

    final List<Integer> groups = new CopyOnWriteArrayList<>();
    final CountDownLatch entered = new CountDownLatch(1);
    private volatile @Nullable CountDownLatch gate;

    Notes(OpenDatabase db) {
        db.update("CREATE TABLE IF NOT EXISTS note (id text, seq bigint, doc jsonb, PRIMARY KEY (id, seq))");
    }

    /** Holds its transactions until the gate is opened. */
    CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        gate = latch;
        return latch;
    }

    @Override
    public Class<Note> payloads() {
        return Note.class;
    }

    @Override
    public void write(Connection connection, List<Entry<Note>> entries) throws SQLException {
        groups.add(entries.size());
        entered.countDown();
        CountDownLatch latch = gate;
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        for (Entry<Note> entry : entries) {
            if (entry.payload().json().equals(BUG)) {
                throw new IllegalStateException(BUG);
            }
            Sql.update(
                    connection,
                    "INSERT INTO note (id, seq, doc) VALUES (?, ?, ?)",
                    entry.persistenceId(),
                    entry.sequenceNr(),
                    new Sql.Jsonb(entry.payload().json()));
        }
    }

    static JournalRow row(String id, long sequenceNr, String writer) {
        return row(id, sequenceNr, writer, "{\"n\": " + sequenceNr + "}");
    }

    static JournalRow row(String id, long sequenceNr, String writer, String json) {
        return new JournalRow(
                Math.abs(id.hashCode() % 1024),
                "Note",
                id,
                sequenceNr,
                7,
                "note",
                json.getBytes(StandardCharsets.UTF_8),
                writer,
                null,
                null,
                new Note(json));
    }

    /** What is stored, {@code id:seq} each, in order; fails where journal and view differ. */
    static List<String> stored(OpenDatabase db) {
        List<String> journal = db.list(
                "SELECT persistence_id || ':' || seq_nr FROM event_journal ORDER BY persistence_id, seq_nr",
                row -> row.getString(1));
        List<String> notes =
                db.list("SELECT id || ':' || seq FROM note ORDER BY id COLLATE \"C\", seq", row -> row.getString(1));
        if (!journal.equals(notes)) {
            throw new AssertionError("the journal has " + journal + " and its view " + notes);
        }
        return journal;
    }

    static List<String> of(String id, long... sequenceNrs) {
        return java.util.Arrays.stream(sequenceNrs).mapToObj(n -> id + ":" + n).toList();
    }
}
