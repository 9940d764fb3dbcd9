package io.herald.campaign;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.herald.campaign.view.CampaignQueries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers campaigns: pings those that have work to do, now and then, so that one that lost its place in memory, by a crash, a
 * rebalance or a database that was away for long, is brought back. The campaigns' own view is the memory; there is no other to
 * fall out of step with it. It also is what starts a scheduled campaign when its time has come.
 */
public final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private enum Tick implements Message {
        TICK
    }

    private record Active(List<CampaignQueries.Key> campaigns) implements Message {}

    private record Failed(Throwable failure) implements Message {}

    /** What a keeper is told; nobody but itself does. */
    public sealed interface Message {}

    private Keeper() {}

    public static Behavior<Message> create(
            CampaignQueries queries, Campaigns campaigns, InstantSource clock, Duration every) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.TICK, Duration.ZERO, every);
            return Behaviors.receive(Message.class)
                    .onMessage(Tick.class, tick -> {
                        context.pipeToSelf(
                                queries.active(clock.instant()),
                                (active, failure) -> active == null ? new Failed(failure) : new Active(active));
                        return Behaviors.same();
                    })
                    .onMessage(Active.class, active -> {
                        active.campaigns().forEach(key -> campaigns.ping(key.tenantId(), key.id()));
                        return Behaviors.same();
                    })
                    .onMessage(Failed.class, failed -> {
                        LOG.atDebug().setCause(failed.failure()).log("could not look for campaigns with work to do");
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
