package io.herald.platform.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** How many requests each tenant's keys may make in a minute, counted in windows that begin with a request. */
final class RequestRates {
    private static final long WINDOW_MS = 60_000;

    private final InstantSource clock;
    private final Cache<String, Window> windows = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterAccess(Duration.ofMinutes(5))
            .build();

    RequestRates(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Window {
        private long start;
        private int used;
    }

    /**
     * Counts one request.
     *
     * @return the headers that tell the client where it stands
     * @throws Problem 429 where the window is used up
     */
    Map<String, String> count(Principal.TenantKey key) {
        int quota = key.requestsPerMinute();
        if (quota == 0) {
            return Map.of();
        }
        Window window = windows.get(key.tenantId(), id -> new Window());
        long now = clock.millis();
        int left;
        long reset;
        boolean refused;
        synchronized (window) {
            if (now - window.start >= WINDOW_MS) {
                window.start = now;
                window.used = 0;
            }
            refused = window.used >= quota;
            if (!refused) {
                window.used++;
            }
            left = quota - window.used;
            reset = Math.max(1, (window.start + WINDOW_MS - now + 999) / 1000);
        }
        Map<String, String> headers = Map.of(
                "RateLimit-Policy", "\"requests\";q=" + quota + ";w=60",
                "RateLimit", "\"requests\";r=" + left + ";t=" + reset,
                "RateLimit-Limit", Integer.toString(quota),
                "RateLimit-Remaining", Integer.toString(left),
                "RateLimit-Reset", Long.toString(reset));
        if (refused) {
            throw Problem.tooManyRequests(reset, headers);
        }
        return headers;
    }
}
