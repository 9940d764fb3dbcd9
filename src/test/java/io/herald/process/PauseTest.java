package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A campaign paused and resumed again and again while it runs. */
class PauseTest {
    private static final int RECIPIENTS = 24_000;
    private static final int PAUSES = 200;
    private static final double RATE = 600;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(115)
    void afterPauseHasAnsweredNothingLeavesButWhatItNamed() {
        long seed = Long.getLong("herald.seed", System.nanoTime());
        System.out.println("PauseTest: -Dherald.seed=" + seed);
        Random random = new Random(seed);
        SimulatorProcess simulator = processes.simulator("latency=5ms,jitter=20ms,callback_delay=20ms");
        HeraldProcess server = processes.server(TestDatabase.fresh());
        Customer customer = new Customer(server, "Pause");
        String account = customer.account(simulator, "pause", Map.of("rate_per_second", RATE, "max_concurrent", 100));
        String campaign = customer.campaign(account, RECIPIENTS);
        customer.verb(campaign, "start");
        Until.holds("it runs", Duration.ofSeconds(20), () -> simulator.accepted() > 0);

        Map<Integer, Set<String>> named = new ConcurrentHashMap<>();
        int busy = 0;
        long answering = 0;
        for (int pause = 0; pause < PAUSES; pause++) {
            rest(5 + random.nextInt(75));
            long asked = System.nanoTime();
            JsonNode paused = customer.verb(campaign, "pause");
            answering += System.nanoTime() - asked;
            assertThat(paused.path("status").asText()).isEqualTo("paused");
            Set<String> inFlight = new HashSet<>();
            paused.path("in_flight").forEach(id -> inFlight.add(id.asText()));
            assertThat(inFlight).hasSize(paused.path("in_flight_count").asInt());
            named.put(pause, inFlight);
            busy += inFlight.isEmpty() ? 0 : 1;
            simulator.mark("pause-" + pause);
            rest(5 + random.nextInt(35));
            simulator.mark("resume-" + pause);
            assertThat(customer.verb(campaign, "resume").path("status").asText())
                    .isEqualTo("running");
        }
        System.out.println("PauseTest: " + simulator.accepted() + " accepted by the end, " + busy
                + " pauses met attempts in flight, answered in " + answering / PAUSES / 1_000_000 + " ms on average");
        assertThat(busy).as("pauses that met attempts in flight").isGreaterThan(PAUSES / 2);
        int pauses = judge(simulator.sent(), named);
        assertThat(pauses).isEqualTo(PAUSES);

        customer.admin()
                .put("/admin/limits/provider/" + account, Map.of("rate_per_second", 20_000))
                .ok();
        JsonNode stats = customer.awaitCompleted(campaign, Duration.ofSeconds(60));
        Proof proof = new Proof(simulator);
        proof.nothingIsLost(RECIPIENTS);
        Proof.theBooksAreClosed(stats, RECIPIENTS);
        assertThat(proof.duplicates()).isZero();
    }

    /** Between the marks of a pause only what it named, and each of that once. */
    private static int judge(List<SimulatorProcess.Sent> all, Map<Integer, Set<String>> named) {
        int pauses = 0;
        Set<String> may = null;
        for (SimulatorProcess.Sent sent : all) {
            if (SimulatorProcess.isMark(sent)) {
                int number = Integer.parseInt(sent.key().substring(sent.key().indexOf('-') + 1));
                boolean begins = sent.key().startsWith("pause");
                may = begins ? new HashSet<>(named.getOrDefault(number, Set.of())) : null;
                pauses += begins ? 1 : 0;
            } else if (may != null) {
                assertThat(may.remove(sent.messageId()))
                        .as("%s was in flight at pause %d", sent, pauses)
                        .isTrue();
            }
        }
        return pauses;
    }

    private static void rest(int millis) {
        long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        Until.holds("a while is over", Duration.ofSeconds(5), () -> System.nanoTime() - until > 0);
    }
}
