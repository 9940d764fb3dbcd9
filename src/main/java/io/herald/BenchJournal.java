package io.herald;

import java.util.Map;

/** Whose journal is measured. */
enum BenchJournal {
    /** Herald's own, with its views. */
    HERALD,
    /** That of akka-persistence-r2dbc as it comes, which writes no views. */
    STOCK;

    boolean hasViews() {
        return this == HERALD;
    }

    /** @param database its URL, {@code postgresql://user@host:port/name} */
    Map<String, Object> settings(String database) {
        return Map.of();
    }
}
