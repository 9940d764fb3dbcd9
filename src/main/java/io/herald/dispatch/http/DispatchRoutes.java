package io.herald.dispatch.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.dispatch.Lanes;
import io.herald.dispatch.LimitKey;
import io.herald.dispatch.LimitOwner;
import io.herald.dispatch.Limits;
import io.herald.dispatch.StoredLimits;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /admin/limits} and {@code /admin/lanes}. */
public final class DispatchRoutes implements Endpoint.Group {
    private static final double FASTEST = 1_000_000;
    private static final int LARGEST_BURST = 1_000_000;

    private final StoredLimits stored;
    private final Limits limits;
    private final Lanes lanes;
    private final ProviderAccounts accounts;

    public DispatchRoutes(StoredLimits stored, Limits limits, Lanes lanes, ProviderAccounts accounts) {
        this.stored = stored;
        this.limits = limits;
        this.lanes = lanes;
        this.accounts = accounts;
    }

    /** @param usedPerSecond departures in the last full second on this node */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record LimitJson(
            String kind,
            String id,
            double ratePerSecond,
            @Nullable Integer burst,
            int usedPerSecond) {}

    private record BreakerJson(
            String state, int failures, @Nullable String reason, double opensAgainInSeconds) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record LaneJson(
            String id,
            String name,
            String provider,
            String state,
            BreakerJson breaker,
            Map<String, Integer> queued,
            int atWire,
            int inFlight,
            double ratePerSecond,
            @Nullable Double adaptiveRatePerSecond,
            int usedPerSecond) {}

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/admin/limits", Access.ADMIN, this::listLimits),
                Endpoint.put("/admin/limits/{kind}/{id}", Access.ADMIN, this::putLimit),
                Endpoint.get("/admin/lanes", Access.ADMIN, this::listLanes),
                Endpoint.act("/admin/lanes/{id}/resume", Access.ADMIN, this::resumeLane));
    }

    private CompletionStage<Answer> listLimits(Exchange x) {
        x.onlyQuery("limit", "cursor");
        int limit = x.limit();
        Optional<Cursor> cursor = x.cursor(2);
        return stored.list(
                        cursor.map(c -> c.text(0)).orElse(""),
                        cursor.map(c -> c.text(1)).orElse(""),
                        limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(l -> json(l.key(), l.setting())).toList(),
                        found.size() < limit
                                ? null
                                : Cursor.of(
                                        found.getLast().key().kind().wire(),
                                        found.getLast().key().id()))));
    }

    private LimitJson json(LimitKey key, LimitOwner.Setting setting) {
        return new LimitJson(key.kind().wire(), key.id(), setting.ratePerSecond(), setting.burst(), limits.used(key));
    }

    /** In force for new attempts when it answers. */
    private CompletionStage<Answer> putLimit(Exchange x) {
        LimitKey key;
        try {
            key = new LimitKey(LimitKey.Kind.of(x.path("kind")), x.path("id"));
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("there are limits of providers, senders, tenants and campaigns");
        }
        if (key.kind() == LimitKey.Kind.PROVIDER && accounts.find(key.id()).isEmpty()) {
            throw Problem.notFound("there is no such provider account");
        }
        Fields f = x.json();
        double rate = f.rate("rate_per_second", FASTEST);
        Integer burst = f.integerOrNull("burst", 1, LARGEST_BURST);
        f.check();
        LimitOwner.Setting setting = new LimitOwner.Setting(rate, burst);
        return stored.set(key, setting)
                .thenCompose(done -> limits.refresh(key))
                .thenApply(done -> Answer.ok(json(key, setting)));
    }

    private CompletionStage<Answer> listLanes(Exchange x) {
        return CompletableFuture.completedFuture(
                Answer.ok(x.page(accounts.list(), ProviderAccount::id).of(this::lane)));
    }

    private LaneJson lane(ProviderAccount account) {
        LimitKey key = new LimitKey(LimitKey.Kind.PROVIDER, account.id());
        return lanes.snapshot(account.id())
                .map(lane -> new LaneJson(
                        account.id(),
                        account.name(),
                        account.provider(),
                        lane.state().equals("paused") ? "paused" : "open",
                        new BreakerJson(
                                lane.state(),
                                lane.failuresInRow(),
                                lane.reason(),
                                lane.closedFor().toMillis() / 1000.0),
                        Map.of("transactional", lane.queuedTransactional(), "marketing", lane.queuedMarketing()),
                        lane.atWire(),
                        lane.inFlight(),
                        account.ratePerSecond(),
                        Double.isInfinite(lane.adaptiveRate()) ? null : lane.adaptiveRate(),
                        limits.used(key)))
                .orElseGet(() -> new LaneJson(
                        account.id(),
                        account.name(),
                        account.provider(),
                        "idle",
                        new BreakerJson("closed", 0, null, 0),
                        Map.of("transactional", 0, "marketing", 0),
                        0,
                        0,
                        account.ratePerSecond(),
                        null,
                        0));
    }

    private CompletionStage<Answer> resumeLane(Exchange x) {
        ProviderAccount account =
                accounts.find(x.path("id")).orElseThrow(() -> Problem.notFound("there is no such provider account"));
        x.jsonOrNothing().check();
        lanes.reset(account.id());
        return CompletableFuture.completedFuture(Answer.ok(lane(account)));
    }
}
