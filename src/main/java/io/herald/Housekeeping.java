package io.herald;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import io.herald.campaign.Retention;
import io.herald.channel.ProviderAccounts;
import io.herald.platform.http.Idempotency;
import io.herald.webhook.CallbackStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done now and then: forgetting what is kept for a time only, and learning of accounts that other nodes changed. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration LEARN_ACCOUNTS = Duration.ofSeconds(5);

    private final ApplicationSettings settings;
    private final Idempotency idempotency;
    private final CallbackStore callbacks;
    private final ProviderAccounts accounts;
    private final Retention retention;

    Housekeeping(
            ApplicationSettings settings,
            Idempotency idempotency,
            CallbackStore callbacks,
            ProviderAccounts accounts,
            Retention retention) {
        this.settings = settings;
        this.idempotency = idempotency;
        this.callbacks = callbacks;
        this.accounts = accounts;
        this.retention = retention;
    }

    void begin(ActorSystem<?> system) {
        every(system, LEARN_ACCOUNTS, () -> watch("accounts", accounts.refresh()));
        every(system, settings.housekeepingEvery(), () -> {
            watch("idempotency keys", idempotency.purge());
            watch("callbacks", callbacks.purge(settings.rawCallbacksKept(), settings.parkedReportsKept()));
        });
        every(system, settings.retention().interval(), () -> watch("messages", retention.pass()));
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "end retention", retention::stop);
    }

    private static void every(ActorSystem<?> system, Duration every, Runnable task) {
        system.scheduler().scheduleWithFixedDelay(every, every, task, system.executionContext());
    }

    private static void watch(String what, CompletionStage<?> done) {
        done.whenComplete((ok, failure) -> {
            if (failure != null) {
                LOG.atDebug().addKeyValue("what", what).setCause(failure).log("housekeeping is done later");
            }
        });
    }
}
