package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator is told about how long a lane stays closed. */
final class LaneClosedForTest {
    private static final long NOW = Duration.ofDays(3).toNanos();

    private final LaneHealth health =
            new LaneHealth(new LaneHealth.Settings(1, Duration.ofSeconds(2), 3, Duration.ofSeconds(30)));

    @Test
    void aHealthyLaneIsClosedForNoTime() {
        assertThat(health.closedFor(NOW)).isZero();
    }

    @Test
    void aLaneIsClosedForAsLongAsItsProviderAsks() {
        health.returned(rejected(ErrorClass.THROTTLED, Duration.ofSeconds(7)), NOW);

        assertThat(health.closedFor(NOW)).isEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(health.closedFor(NOW + Duration.ofSeconds(8).toNanos())).isZero();
    }

    @Test
    void anOpenBreakerIsClosedUntilItsProbe() {
        health.returned(rejected(ErrorClass.RETRYABLE, null), NOW);

        assertThat(health.closedFor(NOW)).isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    private static SendResult rejected(ErrorClass errorClass, @org.jspecify.annotations.Nullable Duration retryAfter) {
        return new SendResult.Rejected(errorClass, "code", "detail", retryAfter);
    }
}
