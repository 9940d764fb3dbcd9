package io.herald.dispatch;

import io.herald.campaign.domain.Definition;
import io.herald.campaign.http.CampaignRoutes.LaneInsight;
import io.herald.campaign.http.CampaignRoutes.Reason;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What the lanes of a campaign's route, and its own limit, have to do with where it is. */
public final class CampaignInsight implements LaneInsight {
    private final Lanes lanes;
    private final Limits limits;
    private final ProviderAccounts accounts;

    public CampaignInsight(Lanes lanes, Limits limits, ProviderAccounts accounts) {
        this.lanes = lanes;
        this.limits = limits;
        this.accounts = accounts;
    }

    @Override
    public List<Reason> reasons(String tenantId, String campaignId, Definition definition) {
        List<Reason> reasons = new ArrayList<>();
        limits.inForce(LimitKey.campaign(tenantId, campaignId)).ifPresent(rate -> {
            if (!Double.isInfinite(rate)) {
                reasons.add(new Reason("campaign_limit", "it may send " + number(rate) + " a second", null));
            }
        });
        definition.plan().stream()
                .map(Definition.Step::account)
                .distinct()
                .map(accounts::find)
                .flatMap(java.util.Optional::stream)
                .forEach(account -> lanes.snapshot(account.id()).ifPresent(lane -> add(reasons, account, lane)));
        return reasons;
    }

    private static void add(List<Reason> reasons, ProviderAccount account, Lane.Snapshot lane) {
        String name = account.name();
        if (!lane.state().equals("closed")) {
            reasons.add(new Reason(
                    "lane_" + lane.state(),
                    name + ": " + Objects.requireNonNullElse(lane.reason(), "its provider fails") + "; probed in "
                            + number(lane.closedFor().toMillis() / 1000.0) + " s",
                    null));
        } else if (!lane.closedFor().isZero()) {
            reasons.add(new Reason(
                    "provider_asked_to_wait",
                    name + ": for another " + number(lane.closedFor().toMillis() / 1000.0) + " s",
                    null));
        }
        if (!Double.isInfinite(lane.adaptiveRate())) {
            reasons.add(new Reason(
                    "provider_throttles", name + ": slowed to " + number(lane.adaptiveRate()) + " a second", null));
        }
        int waiting = lane.queuedMarketing() + lane.queuedTransactional();
        if (waiting > 0) {
            reasons.add(new Reason(
                    "lane_queue",
                    name + ": takes " + number(account.ratePerSecond()) + " a second, " + account.maxConcurrent()
                            + " at once",
                    (long) waiting));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
    }
}
