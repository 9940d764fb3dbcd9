package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM to a node under load. */
class TerminationTest {
    private static final int RECIPIENTS = 15_000;
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(110)
    void toldToStopItLandsWhatIsInFlightAndTheNextStartSendsTheRestOnce() throws Exception {
        long seed = Long.getLong("herald.seed", System.nanoTime());
        System.out.println("TerminationTest: -Dherald.seed=" + seed);
        long moment = (long) (RECIPIENTS * (0.2 + 0.5 * new Random(seed).nextDouble()));
        String database = TestDatabase.fresh();
        SimulatorProcess simulator = processes.simulator("latency=100ms,jitter=200ms,callback_delay=100ms");
        HeraldProcess server = processes.server(database);
        Customer customer = new Customer(server, "Stop");
        String account = customer.account(simulator, "stop", Map.of());
        String campaign = customer.campaign(account, RECIPIENTS);
        customer.verb(campaign, "start");
        CompletableFuture<List<String>> promised =
                CompletableFuture.supplyAsync(() -> submitUntilRefused(customer.api(), account));
        Until.holds(
                () -> "accepted up to " + moment + ": " + customer.stats(campaign),
                Duration.ofSeconds(60),
                () -> simulator.accepted() >= moment);

        server.terminate();
        assertThat(server.exitStatus(STOPS_WITHIN)).isIn(0, 143);
        assertThat(count(database, "SELECT count(*) FROM message WHERE status = 'sending'"))
                .as("attempts without an outcome")
                .isZero();
        List<String> accepted = promised.get();
        System.out.println("TerminationTest: stopped at " + simulator.accepted() + " accepted; " + accepted.size()
                + " messages were submitted beside them");

        server.start();
        JsonNode stats = customer.awaitCompleted(campaign, Duration.ofSeconds(60));
        Proof proof = new Proof(simulator);
        proof.nothingIsLost(RECIPIENTS);
        Proof.theBooksAreClosed(stats, RECIPIENTS);
        assertThat(accepted)
                .isNotEmpty()
                .allSatisfy(id -> Until.holds(
                        () -> "sent: " + customer.api().text("/api/v1/messages/" + id),
                        Duration.ofSeconds(10),
                        () -> List.of("sent", "delivered").contains(status(customer, id))));
        assertThat(proof.sentTwice()).isEmpty();
        assertThat(
                        count(
                                database,
                                "SELECT count(*) FROM event_journal WHERE convert_from(event_payload, 'UTF8') LIKE '%attempt-unknown%'"))
                .as("attempts whose outcome was not known")
                .isZero();
    }

    private static String status(Customer customer, String id) {
        return customer.api().get("/api/v1/messages/" + id).ok().path("status").asText();
    }

    /** Messages that were accepted, until the server is gone. */
    private static List<String> submitUntilRefused(Client api, String account) {
        List<String> accepted = new ArrayList<>();
        while (true) {
            try {
                Client.Reply reply = api.post(
                        "/api/v1/messages",
                        Map.of(
                                "to",
                                Customer.number(RECIPIENTS + accepted.size()),
                                "body",
                                "beside the campaign",
                                "route",
                                List.of(Map.of("channel", "sms", "provider", account))));
                if (reply.status() != 202) {
                    return accepted;
                }
                accepted.add(reply.json().path("id").asText());
            } catch (UncheckedIOException e) {
                return accepted;
            }
        }
    }

    private static long count(String database, String query) throws SQLException {
        try (Connection c = TestDatabase.connect(database);
                Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
