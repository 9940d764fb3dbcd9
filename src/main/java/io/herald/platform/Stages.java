package io.herald.platform;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.compat.java8.FutureConverters;
import scala.concurrent.ExecutionContext;

/** Akka's stages, made to go on where they are completed. */
public final class Stages {
    private Stages() {}

    /**
     * What is chained to a stage that Akka made out of a Scala future runs on the common pool, one more hand-over between threads a
     * link. What is chained to this one runs where the answer came in, and so must be short and must not block.
     */
    public static <T> CompletableFuture<T> direct(CompletionStage<T> stage) {
        CompletableFuture<T> direct = new CompletableFuture<>();
        FutureConverters.toScala(stage)
                .onComplete(
                        result -> result.fold(direct::completeExceptionally, direct::complete),
                        ExecutionContext.parasitic$.MODULE$);
        return direct;
    }
}
