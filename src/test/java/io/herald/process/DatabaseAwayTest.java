package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL stopped at once in the middle of a campaign, and started again some seconds later. */
class DatabaseAwayTest {
    private static final int RECIPIENTS = 12_000;
    private static final Duration AWAY = Duration.ofSeconds(6);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration BACK_AT_WORK = Duration.ofSeconds(10);
    private static final double LONGEST_SILENCE = 10;
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(180)
    void whileTheDatabaseIsAwayNothingIsPromisedOrStartedAndAfterwardsAllGoesOn() throws Exception {
        PostgresProcess postgres = processes.postgres();
        SimulatorProcess simulator = processes.simulator("latency=20ms,jitter=30ms,callback_delay=100ms");
        HeraldProcess server = processes.server(postgres.url());
        Customer customer = new Customer(server, "Away");
        String account = customer.account(simulator, "away", Map.of("rate_per_second", 800));
        String campaign = customer.campaign(account, RECIPIENTS);
        customer.verb(campaign, "start");
        String draft = customer.campaign(account, 1);

        for (int outage = 1; outage <= 2; outage++) {
            long moment = (long) RECIPIENTS * outage / 4;
            Until.holds(
                    () -> "accepted up to " + moment + ": " + customer.stats(campaign),
                    Duration.ofSeconds(40),
                    () -> simulator.accepted() >= moment);
            Client unused = new Client(server.base(), customer.newKey());
            simulator.mark("away");
            postgres.stopAtOnce();
            long until = System.nanoTime() + AWAY.toNanos();
            try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                all.add(asking.submit(() ->
                        refusedUntil(until, () -> customer.api().get("/api/v1/campaigns/" + campaign + "/stats"))));
                all.add(asking.submit(() ->
                        refusedUntil(until, () -> customer.api().get("/api/v1/messages/" + campaign + "-1/timeline"))));
                all.add(asking.submit(() ->
                        refusedUntil(until, () -> customer.api().post("/api/v1/messages", message(account)))));
                all.add(asking.submit(() -> refusedUntil(
                        until,
                        () -> customer.api()
                                .post(
                                        "/api/v1/templates",
                                        Map.of("name", "Never", "variants", Map.of("sms", Map.of("body", "Hi")))))));
                all.add(asking.submit(() -> refusedUntil(
                        until, () -> customer.api().post("/api/v1/campaigns/" + draft + "/start", Map.of()))));
                all.add(asking.submit(
                        () -> refusedUntil(until, () -> unused.post("/api/v1/messages", message(account)))));
                all.add(asking.submit(() ->
                        refusedUntil(until, () -> server.admin().post("/admin/tenants", Map.of("name", "Nobody")))));
                all.add(asking.submit(
                        () -> refusedUntil(until, () -> server.admin().get("/health/ready"))));
                all.add(asking.submit(() -> aliveUntil(until, server.admin())));
                all.add(asking.submit(() -> silentUntil(until, simulator)));
                for (Future<?> one : all) {
                    one.get();
                }
            }
            long before = simulator.accepted();
            postgres.start();
            long back = System.nanoTime();
            simulator.mark("back");
            Until.holds("the campaign goes on", BACK_AT_WORK, () -> simulator.accepted() > before);
            System.out.printf("DatabaseAwayTest: at work %.1f s after its return%n", (System.nanoTime() - back) / 1e9);
            Until.holds("the node is ready", BACK_AT_WORK, () -> server.admin().answers("/health/ready"));
        }
        JsonNode stats = customer.awaitCompleted(campaign, Duration.ofSeconds(100));

        assertThat(customer.stats(draft).path("status").asText())
                .as("what was refused is not done later")
                .isEqualTo("draft");
        theCampaignKeptGoing(simulator.sent());
        assertThat(server.printed())
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
        Proof proof = new Proof(simulator);
        proof.nothingIsLost(RECIPIENTS);
        Proof.theBooksAreClosed(stats, RECIPIENTS);
        for (String message : proof.sentTwice()) {
            assertThat(customer.timeline(message)).contains("attempt-unknown");
        }
        System.out.println("DatabaseAwayTest: duplicates " + proof.duplicates());
    }

    /** While the database was there, no longer than that passed without an attempt. */
    private static void theCampaignKeptGoing(List<SimulatorProcess.Sent> sent) {
        boolean there = true;
        for (int i = 1; i < sent.size(); i++) {
            there &= !sent.get(i).key().equals("away");
            if (there) {
                assertThat(sent.get(i).at() - sent.get(i - 1).at())
                        .as("silence before %s", sent.get(i))
                        .isLessThan(LONGEST_SILENCE);
            }
            there |= sent.get(i).key().equals("back");
        }
    }

    private static Map<String, Object> message(String account) {
        return Map.of(
                "to",
                "+14155550123",
                "body",
                "never accepted",
                "route",
                List.of(Map.of("channel", "sms", "provider", account)));
    }

    /** Asks again and again while it is away for sure; every answer must say so, and soon. */
    private static void refusedUntil(long until, Supplier<Client.Reply> call) {
        while (System.nanoTime() - until < 0) {
            Client.Reply reply = call.get();
            assertThat(reply.status()).as(reply.text()).isEqualTo(503);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
            assertThat(reply.header("Retry-After")).matches("[1-9]\\d*");
            assertThat(reply.took()).as(reply.text()).isLessThan(LONGEST_ANSWER);
        }
    }

    private static void aliveUntil(long until, Client client) {
        Until.holds("the end of the outage", AWAY.multipliedBy(2), () -> {
            assertThat(client.get("/health/live").status()).isEqualTo(200);
            return System.nanoTime() - until > 0;
        });
    }

    /** After a grace for what was journaled before, the simulator hears nothing. */
    private static void silentUntil(long until, SimulatorProcess simulator) {
        long silentFrom = until - AWAY.minus(GRACE).toNanos();
        Until.holds("the grace is over", GRACE.multipliedBy(2), () -> System.nanoTime() - silentFrom > 0);
        long before = simulator.requests();
        Until.holds("the end of the outage", AWAY.multipliedBy(2), () -> {
            assertThat(simulator.requests())
                    .as("requests while the database is away")
                    .isEqualTo(before);
            return System.nanoTime() - until > 0;
        });
    }
}
