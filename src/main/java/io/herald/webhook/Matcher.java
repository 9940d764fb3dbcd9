package io.herald.webhook;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.herald.message.Messages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells messages of reports that came before anyone knew whose they were. One runs in the cluster. */
public final class Matcher {
    private static final Logger LOG = LoggerFactory.getLogger(Matcher.class);
    private static final int GROUP = 500;

    /** What a matcher is told; nobody but itself does. */
    public sealed interface Command {}

    private enum Tick implements Command {
        TICK
    }

    private record Looked(int matched) implements Command {}

    private final CallbackStore store;
    private final Messages messages;

    private Matcher(CallbackStore store, Messages messages) {
        this.store = store;
        this.messages = messages;
    }

    public static Behavior<Command> create(CallbackStore store, Messages messages, Duration every) {
        Matcher matcher = new Matcher(store, messages);
        return Behaviors.withTimers(timers -> {
            timers.startSingleTimer(Tick.TICK, every);
            return Behaviors.setup(context -> Behaviors.receive(Command.class)
                    .onMessage(Tick.class, tick -> {
                        context.pipeToSelf(matcher.match(), (count, failure) -> new Looked(count == null ? 0 : count));
                        return Behaviors.same();
                    })
                    .onMessage(Looked.class, looked -> {
                        timers.startSingleTimer(Tick.TICK, looked.matched() == GROUP ? Duration.ZERO : every);
                        return Behaviors.same();
                    })
                    .build());
        });
    }

    private CompletionStage<Integer> match() {
        return store.matched(GROUP).thenCompose(this::tell);
    }

    private CompletionStage<Integer> tell(List<CallbackStore.Matched> matched) {
        CompletableFuture<?>[] told = matched.stream()
                .map(one -> messages.report(one.tenantId(), one.messageId(), one.report())
                        .thenCompose(reply -> store.unpark(one.id()))
                        .exceptionally(e -> {
                            LOG.atDebug().setCause(e).log("a parked report is told later");
                            return akka.Done.getInstance();
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(told).thenApply(done -> matched.size());
    }
}
