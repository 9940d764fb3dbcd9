package io.herald.loadtest;

import static io.gatling.javaapi.core.CoreDsl.details;

import io.gatling.javaapi.core.Assertion;
import java.util.List;

/** What Herald promises of its answers' times, on two cores that it shares with PostgreSQL: see {@code docs/performance.md}. */
final class Bounds {
    private static final int P50_MILLIS = 10;
    private static final int P99_MILLIS = 50;

    private Bounds() {}

    /**
     * Every request is answered as it should be, and all were sent: Gatling kept pace. The 95th percentile has no bound of its own; it
     * stands here because Gatling prints what it asserts, and else only the percentiles of all requests, the warm-up's too.
     */
    static List<Assertion> messages(String request, int sent) {
        return List.of(
                details(request).allRequests().count().gte((long) (sent * 0.99)),
                details(request).failedRequests().percent().is(0.0),
                details(request).responseTime().percentile(50).lt(P50_MILLIS),
                details(request).responseTime().percentile(95).lt(P99_MILLIS),
                details(request).responseTime().percentile(99).lt(P99_MILLIS));
    }

    static List<Assertion> webhooks(String request, int sent) {
        return List.of(
                details(request).allRequests().count().gte((long) (sent * 0.99)),
                details(request).failedRequests().percent().is(0.0),
                details(request).responseTime().percentile(95).lt(P99_MILLIS),
                details(request).responseTime().percentile(99).lt(P99_MILLIS));
    }
}
