package io.herald.dispatch;

import com.typesafe.config.Config;
import io.herald.message.domain.Rules;
import java.time.Duration;

/**
 * The numbers of dispatch.
 *
 * @param rules retries, leases and patience of a message
 * @param health when an account's breaker opens, and for how long
 * @param maxQueued tickets that a lane holds; beyond them a message waits in the database
 * @param sweepEvery how often what is due is looked for
 * @param requestTimeout how long a provider's answer is waited for
 */
public record DispatchSettings(
        Rules rules, LaneHealth.Settings health, int maxQueued, Duration sweepEvery, Duration requestTimeout) {

    public static DispatchSettings from(Config herald) {
        Config c = herald.getConfig("dispatch");
        Rules rules = new Rules(
                c.getInt("retry.max-attempts"),
                c.getDuration("retry.base"),
                c.getDuration("retry.cap"),
                c.getDuration("retry.misconfigured"),
                c.getDuration("queue-lease"),
                c.getDuration("attempt-lease"),
                c.getDuration("report-patience"),
                c.getDuration("unknown.first-look-up"),
                c.getDuration("unknown.patience"));
        LaneHealth.Settings health = new LaneHealth.Settings(
                c.getInt("breaker.failures"),
                c.getDuration("breaker.open-for"),
                c.getInt("breaker.probes"),
                c.getDuration("breaker.paused-for"));
        return new DispatchSettings(
                rules, health, c.getInt("max-queued"), c.getDuration("sweep-every"), c.getDuration("request-timeout"));
    }
}
