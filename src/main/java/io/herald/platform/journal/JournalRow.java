package io.herald.platform.journal;

import org.jspecify.annotations.Nullable;

/**
 * A row of {@code event_journal}.
 *
 * @param tags joined by the unit separator, absent where there are none
 * @param payload what the entity persisted, for the views; absent when read
 */
record JournalRow(
        int slice,
        String entityType,
        String persistenceId,
        long sequenceNr,
        int serializerId,
        String manifest,
        byte[] bytes,
        String writer,
        @Nullable String tags,
        @Nullable Metadata metadata,
        @Nullable Object payload) {

    record Metadata(int serializerId, String manifest, byte[] bytes) {}
}
