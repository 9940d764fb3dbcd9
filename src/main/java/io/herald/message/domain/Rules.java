package io.herald.message.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that decisions about a message use.
 *
 * @param maxTries attempts on one route before the plan goes on; throttled ones don't count
 * @param backoffBase the first retry comes within this; each further one within twice the last, up to {@code backoffCap}
 * @param configPark how long a message waits where its only account is misconfigured
 * @param queueLease how long a queued message may rest in a node's memory before it is looked after again
 * @param attemptLease how long an attempt may stay unanswered before it counts as interrupted
 * @param reportPatience how long a report is waited for where a route names no TTL
 * @param resolveDelay the first look-up of an unknown outcome
 * @param resolvePatience how long a provider that can't be reached is asked again about an unknown outcome
 */
public record Rules(
        int maxTries,
        Duration backoffBase,
        Duration backoffCap,
        Duration configPark,
        Duration queueLease,
        Duration attemptLease,
        Duration reportPatience,
        Duration resolveDelay,
        Duration resolvePatience) {

    public Rules {
        if (maxTries < 1) {
            throw new IllegalArgumentException("max-attempts must be at least 1");
        }
    }

    /**
     * Exponential with full jitter: anywhere from nothing to {@code base * 2^(tries-1)}, capped. A provider that said when to
     * come back is left alone until then, and the jitter spreads what comes after.
     *
     * @param tries failures so far, this one included; from 1
     * @param chance uniform in [0,1)
     */
    public Duration backoff(int tries, @Nullable Duration retryAfter, double chance) {
        int doublings = Math.min(Math.max(tries - 1, 0), 30);
        long bound = Math.min(backoffCap.toMillis(), backoffBase.toMillis() << doublings);
        Duration jitter = Duration.ofMillis((long) (bound * chance));
        return retryAfter == null ? jitter : retryAfter.plus(jitter);
    }
}
