package io.herald.simulator;

import akka.actor.typed.ActorSystem;
import akka.event.Logging;
import akka.event.LoggingAdapter;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.settings.ConnectionPoolSettings;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.FiniteDuration;

/**
 * The vendors' side of callbacks and inbound messages. A connection that stays silent for the answer time is given up,
 * which fails the request with a {@link java.util.concurrent.TimeoutException}. Akka repeats nothing by itself.
 */
final class Client {
    private static final FiniteDuration CONNECT_TIME = FiniteDuration.create(5, TimeUnit.SECONDS);
    /** Shorter than servers commonly keep an idle connection, so that a callback seldom meets one just closed. */
    private static final FiniteDuration IDLE_TIME = FiniteDuration.create(4, TimeUnit.SECONDS);
    /** Akka's own pause after a failed connection is off: callbacks have pauses of their own. */
    private static final FiniteDuration NO_BACKOFF = FiniteDuration.create(0, TimeUnit.SECONDS);

    /**
     * For so long a target that refused a connection is taken to refuse the next: a failed connection costs Akka half a
     * millisecond of processor time, which a node that is being restarted needs more.
     */
    private static final long REFUSAL_NANOS = 50_000_000;

    private final Map<String, Long> refusals = new ConcurrentHashMap<>();
    private final Http http;
    private final ConnectionPoolSettings pool;
    private final LoggingAdapter log;

    Client(ActorSystem<?> system, Duration answerTime) {
        http = Http.get(system);
        log = Logging.getLogger(system.classicSystem(), Client.class);
        ConnectionPoolSettings configured = ConnectionPoolSettings.create(system.classicSystem());
        pool = configured
                .withMaxConnections(256)
                .withMaxOpenRequests(4_096)
                .withMaxRetries(0)
                .withBaseConnectionBackoff(NO_BACKOFF)
                .withMaxConnectionBackoff(NO_BACKOFF)
                .withKeepAliveTimeout(IDLE_TIME)
                .withConnectionSettings(configured
                        .getConnectionSettings()
                        .withConnectingTimeout(CONNECT_TIME)
                        .withIdleTimeout(FiniteDuration.create(answerTime.toMillis(), TimeUnit.MILLISECONDS)));
    }

    /** The answer; fails where there is none. */
    CompletionStage<HttpResponse> send(HttpRequest request) {
        String target = request.getUri().getHost() + ":" + request.getUri().getPort();
        Long refused = refusals.get(target);
        if (refused != null && System.nanoTime() - refused < REFUSAL_NANOS) {
            return CompletableFuture.failedFuture(new ConnectException(target + " refused a connection a moment ago"));
        }
        return http.singleRequest(request, http.defaultClientHttpsContext(), pool, log)
                .whenComplete((response, failure) -> {
                    if (refusal(failure)) {
                        refusals.put(target, System.nanoTime());
                    }
                });
    }

    private static boolean refusal(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause != null && cause.getCause() instanceof ConnectException;
    }
}
