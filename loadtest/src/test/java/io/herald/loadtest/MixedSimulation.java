package io.herald.loadtest;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Single messages at a constant rate while a campaign goes out, by another account, about half as fast as Herald could. The
 * campaign is looked at all the while: it must run, keep its rate, and its books must balance.
 */
public final class MixedSimulation extends Simulation {
    private static final String ORDERS = "orders";
    private static final String SALE = "sale";
    private static final String LOOK = "GET /api/v1/campaigns/{id}/stats";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final double LEAST_SHARE_OF_RATE = 0.8;

    /** Nobody is left without work before the end. */
    private static final Duration SPARE = Duration.ofSeconds(30);

    private final Load load = Load.fromProperties();
    private @Nullable Stage stage;

    private record Stage(Tenant tenant, String campaign, long startedNanos) {}

    public MixedSimulation() {
        MessageRequests requests =
                new MessageRequests(ORDERS, () -> stage().tenant().key());
        List<Assertion> assertions = new ArrayList<>(Bounds.messages(MessageRequests.NAME, load.measuredUsers()));
        assertions.add(details(LOOK).failedRequests().percent().is(0.0));
        setUp(load.warmUp("messages", 1, requests::chain), load.measured("messages", 1, requests::chain), watcher())
                .protocols(load.protocol())
                .assertions(assertions)
                .maxDuration(load.length().plus(Duration.ofSeconds(30)));
    }

    /** One who looks now and then, and compares what was accepted at the end with what was at the beginning. */
    private PopulationBuilder watcher() {
        long least = (long) (load.campaignRate() * load.duration().toSeconds() * LEAST_SHARE_OF_RATE);
        return scenario("campaign")
                .pause(load.warmUp())
                .exec(look().check(jsonPath("$.ledger.accepted").ofLong().saveAs("accepted")))
                .during(load.duration())
                .on(pace(LOOK_EVERY).exec(look()))
                .exec(look().check(jsonPath("$.ledger.accepted")
                        .ofLong()
                        .gte(session -> session.getLong("accepted") + least)))
                .injectOpen(atOnceUsers(1));
    }

    private HttpRequestActionBuilder look() {
        return http(LOOK)
                .get(session -> "/api/v1/campaigns/" + stage().campaign() + "/stats")
                .header("X-API-Key", session -> stage().tenant().key())
                .check(
                        status().is(200),
                        jsonPath("$.status").is("running"),
                        jsonPath("$.ledger.balanced").ofBoolean().is(true));
    }

    @Override
    public void before() {
        Tenant tenant = Tenant.create(load);
        tenant.twilio(ORDERS);
        int people = (int) (load.campaignRate() * load.length().plus(SPARE).toSeconds());
        String campaign = tenant.startCampaign(tenant.twilio(SALE), people, load.campaignRate());
        stage = new Stage(tenant, campaign, System.nanoTime());
    }

    @Override
    public void after() {
        JsonNode stats = stage().tenant().stats(stage().campaign());
        double seconds = (System.nanoTime() - stage().startedNanos()) / 1e9;
        stage().tenant().cancel(stage().campaign());
        JsonNode ledger = stats.path("ledger");
        System.out.printf(
                Locale.ROOT,
                "The campaign: %,d of %,d accepted in %.1f s, which is %.0f/s of %,d/s%n",
                ledger.path("accepted").asLong(),
                ledger.path("targeted").asLong(),
                seconds,
                ledger.path("accepted").asLong() / seconds,
                load.campaignRate());
    }

    private Stage stage() {
        return requireNonNull(stage, "before() has not run");
    }
}
