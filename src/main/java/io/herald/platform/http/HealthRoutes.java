package io.herald.platform.http;

import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * {@code /health/live}: the process answers, whatever the database does. {@code /health/ready}: it can take work: it is part of
 * its cluster, its database answers, and it is not about to stop.
 */
public final class HealthRoutes implements Endpoint.Group {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Database database;
    private final BooleanSupplier inCluster;
    private final BooleanSupplier stopping;

    public HealthRoutes(Database database, BooleanSupplier inCluster, BooleanSupplier stopping) {
        this.database = database;
        this.inCluster = inCluster;
        this.stopping = stopping;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/health/live", Access.OPEN, x -> CompletableFuture.completedFuture(up())),
                Endpoint.get("/health/ready", Access.OPEN, x -> ready()));
    }

    private static Answer up() {
        return Answer.ok(Map.of("status", "up"));
    }

    private CompletionStage<Answer> ready() {
        if (stopping.getAsBoolean()) {
            throw Problem.unavailable("this node is about to stop");
        }
        if (!inCluster.getAsBoolean()) {
            throw Problem.unavailable("this node is not part of its cluster yet");
        }
        return database.run(c -> Sql.one(c, "SELECT 1", row -> true).isPresent())
                .toCompletableFuture()
                .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(answers -> {
                    if (!answers) {
                        throw Problem.unavailable("the database does not answer");
                    }
                    return up();
                });
    }
}
