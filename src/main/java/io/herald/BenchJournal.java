package io.herald;

import java.net.URI;
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
        if (this == HERALD) {
            return Map.of();
        }
        URI url = URI.create(database);
        String connection = "akka.persistence.r2dbc.connection-factory.";
        return Map.of(
                "akka.persistence.journal.plugin",
                "akka.persistence.r2dbc.journal",
                "akka.persistence.r2dbc.journal.publish-events",
                false,
                connection + "driver",
                "postgres",
                connection + "host",
                url.getHost(),
                connection + "port",
                url.getPort(),
                connection + "user",
                url.getUserInfo(),
                connection + "password",
                "",
                connection + "database",
                url.getPath().substring(1));
    }
}
