package io.herald.dispatch;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of each limit this node may use. On one node that is the whole of what is set; in a cluster, a slice of it that
 * is leased for a while. A node whose share has run out, or that can't learn it, sends nothing.
 */
public interface LimitOwner {

    /**
     * What this node may use.
     *
     * @param ratePerSecond {@link Double#POSITIVE_INFINITY} where there is no limit
     * @param burst messages that may go at once after a silence; 0: evenly spaced
     * @param until when the share runs out
     */
    record Share(double ratePerSecond, int burst, Instant until) {}

    /** A limit as it is set; where {@code burst} is absent, evenly spaced. */
    record Setting(double ratePerSecond, @Nullable Integer burst) {}

    /** @param demandPerSecond what this node would use now if it might, for those who divide */
    CompletionStage<Share> share(LimitKey key, double demandPerSecond);
}
