package io.herald.dispatch;

import akka.Done;
import akka.actor.typed.ActorSystem;
import io.herald.campaign.CampaignDispatch;
import io.herald.campaign.domain.Status;
import io.herald.campaign.view.CampaignQueries;
import io.herald.channel.Adapters;
import io.herald.channel.ProviderAccounts;
import io.herald.contact.OptOuts;
import io.herald.kernel.Channel;
import io.herald.kernel.LookUp;
import io.herald.message.Dispatch;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import io.herald.message.domain.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of this node, one for each provider account that is used, and what messages and campaigns ask of them. */
public final class Lanes implements Dispatch, CampaignDispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final Lane.Surroundings surroundings;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer;
    private final CampaignGates gates;
    private final Limits limits;
    private final OptOuts optOuts;
    private final Adapters adapters;
    private volatile boolean stopping;

    public Lanes(
            ActorSystem<?> system,
            ProviderAccounts accounts,
            Adapters adapters,
            Messages messages,
            OptOuts optOuts,
            ProviderIds providerIds,
            Limits limits,
            CampaignQueries campaigns,
            DispatchSettings settings) {
        this.limits = limits;
        this.optOuts = optOuts;
        this.adapters = adapters;
        this.gates = new CampaignGates((tenant, campaign) -> campaigns
                .find(tenant, campaign)
                .thenApply(found -> found.filter(c ->
                                !c.cancelling() && (c.status() == Status.RUNNING || c.status() == Status.COMPLETED))
                        .isPresent()));
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "lane-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.surroundings = new Lane.Surroundings(
                system,
                accounts,
                adapters,
                messages,
                optOuts,
                providerIds,
                limits,
                gates,
                timer,
                () -> stopping,
                settings);
        Runnable poke = () -> lanes.values().forEach(Lane::poke);
        limits.onChange(poke);
        gates.onOpen(poke);
        timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        for (Lane lane : lanes.values()) {
            try {
                lane.tick();
            } catch (RuntimeException e) {
                LOG.error("a lane could not be looked after", e);
            }
        }
    }

    private Lane lane(String accountId) {
        return lanes.computeIfAbsent(accountId, id -> new Lane(id, surroundings));
    }

    @Override
    public void offer(Ticket ticket) {
        if (!lane(ticket.account()).offer(ticket)) {
            LOG.atWarn()
                    .addKeyValue("tenant_id", ticket.tenantId())
                    .addKeyValue("message_id", ticket.messageId())
                    .addKeyValue("account_id", ticket.account())
                    .log("the lane's queue is full; the message waits in the database");
        }
    }

    @Override
    public CompletionStage<LookUp> lookUp(Message message) {
        Message.Attempt attempt = message.attempts().getLast();
        return adapters.of(attempt.start().account())
                .map(adapter -> adapter.lookUp(Dispatch.request(message, attempt)))
                .orElseGet(() -> CompletableFuture.completedFuture(new LookUp.NotSupported()))
                .exceptionally(e -> new LookUp.Unavailable());
    }

    @Override
    public void optedOut(String tenantId, Channel channel, String address) {
        optOuts.inForce(new OptOuts.Subject(tenantId, channel, address));
    }

    @Override
    public void open(String campaignId) {
        gates.open(campaignId);
    }

    @Override
    public CompletionStage<List<String>> halt(String campaignId) {
        return gates.halt(campaignId);
    }

    @Override
    public CompletionStage<Done> rateChanged(String tenantId, String campaignId) {
        return limits.refresh(LimitKey.campaign(tenantId, campaignId));
    }

    @Override
    public void forget(String campaignId) {
        gates.forget(campaignId);
    }

    public Collection<Lane.Snapshot> snapshots() {
        return lanes.values().stream().map(Lane::snapshot).toList();
    }

    public Optional<Lane.Snapshot> snapshot(String accountId) {
        return Optional.ofNullable(lanes.get(accountId)).map(Lane::snapshot);
    }

    /** An operator's word that an account is well again. @return false where it has no lane here */
    public boolean reset(String accountId) {
        Lane lane = lanes.get(accountId);
        if (lane != null) {
            lane.reset();
        }
        return lane != null;
    }

    /** Admits nothing more, and completes when nothing is under way, or after {@code patience}. */
    public CompletionStage<Done> drain(Duration patience) {
        lanes.values().forEach(Lane::drain);
        CompletableFuture<Done> drained = new CompletableFuture<>();
        long giveUp = System.nanoTime() + patience.toNanos();
        Runnable look = new Runnable() {
            @Override
            public void run() {
                boolean idle = lanes.values().stream().allMatch(Lane::isIdle);
                if (idle || System.nanoTime() - giveUp > 0) {
                    if (!idle) {
                        LOG.warn("attempts are still in flight; their outcome is looked up after the next start");
                    }
                    drained.complete(Done.getInstance());
                } else {
                    timer.schedule(this, 50, TimeUnit.MILLISECONDS);
                }
            }
        };
        timer.execute(look);
        return drained;
    }

    /** Ends everything, at once. */
    public void stop() {
        stopping = true;
        timer.shutdownNow();
    }
}
