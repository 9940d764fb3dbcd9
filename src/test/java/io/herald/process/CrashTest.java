package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of a node in the middle of a campaign, with its embedded database left behind as an orphan. */
class CrashTest {
    private static final int RECIPIENTS = 20_000;
    private static final int KILLS = 3;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(110)
    void killedThreeTimesItLosesNothingAndAsksBeforeItSendsAgain() {
        long seed = Long.getLong("herald.seed", System.nanoTime());
        System.out.println("CrashTest: -Dherald.seed=" + seed);
        Random random = new Random(seed);
        SimulatorProcess simulator = processes.simulator("latency=20ms,jitter=30ms,callback_delay=100ms");
        HeraldProcess server = processes.server();
        Customer customer = new Customer(server, "Crash");
        String campaign = customer.campaign(customer.account(simulator, "crash", Map.of()), RECIPIENTS);
        customer.verb(campaign, "start");

        Set<String> inFlight = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            long moment = (long) (RECIPIENTS * (kill + 0.2 + 0.6 * random.nextDouble()) / KILLS);
            Until.holds(
                    () -> "accepted up to " + moment + ": " + customer.stats(campaign),
                    Duration.ofSeconds(30),
                    () -> simulator.accepted() >= moment);
            server.kill();
            ProcessHandle orphan = server.embeddedDatabase().orElseThrow();
            Set<String> hit = startedWithoutOutcome(server.embeddedDatabaseUrl());
            System.out.println("CrashTest: killed at " + simulator.accepted() + " with " + hit.size() + " in flight");
            inFlight.addAll(hit);
            server.start();
            assertThat(orphan.isAlive()).as("the orphaned database still runs").isFalse();
        }
        JsonNode stats = customer.awaitCompleted(campaign, Duration.ofSeconds(60));

        Proof proof = new Proof(simulator);
        proof.nothingIsLost(RECIPIENTS);
        Proof.theBooksAreClosed(stats, RECIPIENTS);
        System.out.println("CrashTest: " + proof.duplicates() + " duplicates of " + inFlight.size() + " in flight");
        assertThat(proof.sentTwice())
                .as("the provider can be asked what it took")
                .isEmpty();
        for (String message : inFlight) {
            assertThat(customer.timeline(message))
                    .as("how %s was resolved", message)
                    .containsAnyOf("attempt-unknown", "attempt-accepted:report");
        }
        for (JsonNode message : customer.messages(campaign)) {
            if (message.path("attempts").asInt() > 1) {
                assertThat(inFlight).contains(message.path("id").asText());
            }
        }
    }

    /** As the killed node left it: its database lives on, and what it was told to commit is waited for. */
    private static Set<String> startedWithoutOutcome(String url) {
        try (Connection c = TestDatabase.connect(url);
                Statement statement = c.createStatement()) {
            Until.holds("the killed node's sessions end", Duration.ofSeconds(10), () -> others(statement) == 0);
            Set<String> messages = new HashSet<>();
            try (ResultSet row = statement.executeQuery("SELECT id FROM message WHERE status = 'sending'")) {
                while (row.next()) {
                    messages.add(row.getString(1));
                }
            }
            return messages;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int others(Statement statement) {
        try (ResultSet row =
                statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'herald%'")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
