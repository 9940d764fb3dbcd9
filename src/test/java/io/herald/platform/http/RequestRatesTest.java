package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herald.support.TestClock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestRatesTest {
    private final TestClock clock = new TestClock();
    private final RequestRates rates = new RequestRates(clock);

    private static Principal.TenantKey key(String tenant, String key, int perMinute) {
        return new Principal.TenantKey(tenant, key, Access.VIEWER, perMinute);
    }

    private Map<String, String> count(String tenant, int perMinute) {
        return rates.count(key(tenant, "k", perMinute));
    }

    private Problem refused(String tenant, int perMinute) {
        return Objects.requireNonNull(catchThrowableOfType(Problem.class, () -> count(tenant, perMinute)));
    }

    @Test
    void aWindowHoldsTheQuotaAndTheNextBeginsAMinuteAfterItsFirstRequest() {
        for (int left = 59; left >= 0; left--) {
            assertThat(count("t", 60)).containsEntry("RateLimit-Remaining", Integer.toString(left));
        }
        clock.advance(Duration.ofSeconds(45));
        Problem problem = refused("t", 60);
        assertThat(problem.status()).isEqualTo(429);
        assertThat(problem.headers())
                .containsEntry("Retry-After", "15")
                .containsEntry("RateLimit-Limit", "60")
                .containsEntry("RateLimit-Remaining", "0")
                .containsEntry("RateLimit-Reset", "15");
        clock.advance(Duration.ofSeconds(15));
        assertThat(count("t", 60)).containsEntry("RateLimit-Remaining", "59");
    }

    @Test
    void whatWasRefusedIsNotCounted() {
        count("t", 1);
        for (int i = 0; i < 10; i++) {
            refused("t", 1);
        }
        clock.advance(Duration.ofMinutes(1));
        count("t", 1);
    }

    @Test
    void keysOfOneTenantShareAndTenantsDont() {
        rates.count(key("t", "k1", 2));
        rates.count(key("t", "k2", 2));
        refused("t", 2);
        count("u", 2);
    }

    @Test
    void aTierWithoutALimitIsNotCounted() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(count("t", 0)).isEmpty();
        }
    }

    @Test
    void whoComesAtTheLastMomentIsNeverToldToComeBackAtOnce() {
        count("t", 1);
        clock.advance(Duration.ofMillis(59_999));
        assertThat(refused("t", 1).headers()).containsEntry("Retry-After", "1");
    }
}
