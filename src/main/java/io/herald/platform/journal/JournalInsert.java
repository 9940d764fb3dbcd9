package io.herald.platform.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts rows into {@code event_journal}, any number by one statement. */
final class JournalInsert {
    /** Times of one entity rise strictly: a row's is later than that of the row before its write, and by its place in it. */
    private static final String INSERT = """
            INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                event_ser_manifest, event_payload, writer, adapter_manifest, tags, meta_ser_id, meta_ser_manifest, meta_payload)
            SELECT slice, entity_type, pid, seq,
                CASE WHEN seq - nth = 1 THEN clock_timestamp() ELSE greatest(clock_timestamp(),
                    (SELECT db_timestamp + interval '1 microsecond' FROM event_journal
                     WHERE persistence_id = pid AND seq_nr = seq - nth - 1)) END + nth * interval '1 microsecond',
                ser_id, manifest, payload, writer, '', string_to_array(tags, chr(31)), meta_ser_id, meta_manifest, meta_payload
            FROM unnest(?::int[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::text[], ?::bytea[], ?::text[], ?::text[],
                ?::int[], ?::text[], ?::bytea[], ?::int[])
                AS e (slice, entity_type, pid, seq, ser_id, manifest, payload, writer, tags, meta_ser_id, meta_manifest,
                      meta_payload, nth)
            """;

    private JournalInsert() {}

    /** @param rows those of one write side by side */
    static void execute(Connection c, List<JournalRow> rows) throws SQLException {
        int n = rows.size();
        int[] places = new int[n];
        int[] slices = new int[n];
        String[] types = new String[n];
        String[] ids = new String[n];
        long[] sequenceNrs = new long[n];
        int[] serializers = new int[n];
        String[] manifests = new String[n];
        byte[][] payloads = new byte[n][];
        String[] writers = new String[n];
        @Nullable String[] tags = new @Nullable String[n];
        @Nullable Integer[] metaSerializers = new @Nullable Integer[n];
        @Nullable String[] metaManifests = new @Nullable String[n];
        byte[][] metaPayloads = new byte[n][];
        for (int i = 0; i < n; i++) {
            JournalRow row = rows.get(i);
            boolean follows =
                    i > 0 && row.persistenceId().equals(ids[i - 1]) && row.sequenceNr() == sequenceNrs[i - 1] + 1;
            places[i] = follows ? places[i - 1] + 1 : 0;
            slices[i] = row.slice();
            types[i] = row.entityType();
            ids[i] = row.persistenceId();
            sequenceNrs[i] = row.sequenceNr();
            serializers[i] = row.serializerId();
            manifests[i] = row.manifest();
            payloads[i] = row.bytes();
            writers[i] = row.writer();
            tags[i] = row.tags();
            JournalRow.Metadata metadata = row.metadata();
            if (metadata != null) {
                metaSerializers[i] = metadata.serializerId();
                metaManifests[i] = metadata.manifest();
                metaPayloads[i] = metadata.bytes();
            }
        }
        try (PreparedStatement statement = c.prepareStatement(INSERT)) {
            statement.setObject(1, slices);
            statement.setArray(2, c.createArrayOf("text", types));
            statement.setArray(3, c.createArrayOf("text", ids));
            statement.setObject(4, sequenceNrs);
            statement.setObject(5, serializers);
            statement.setArray(6, c.createArrayOf("text", manifests));
            statement.setArray(7, c.createArrayOf("bytea", payloads));
            statement.setArray(8, c.createArrayOf("text", writers));
            statement.setArray(9, c.createArrayOf("text", tags));
            statement.setArray(10, c.createArrayOf("int4", metaSerializers));
            statement.setArray(11, c.createArrayOf("text", metaManifests));
            statement.setArray(12, c.createArrayOf("bytea", metaPayloads));
            statement.setObject(13, places);
            statement.executeUpdate();
        }
    }
}
