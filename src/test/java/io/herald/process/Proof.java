package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the simulator's audit and Herald's books must say together when a campaign has been completed. */
final class Proof {
    private final List<SimulatorProcess.Sent> accepted;

    Proof(SimulatorProcess simulator) {
        this.accepted = simulator.sent().stream()
                .filter(SimulatorProcess.Sent::accepted)
                .toList();
    }

    /** Every one of these people's messages was taken. */
    void nothingIsLost(int recipients) {
        Set<String> missing = new HashSet<>(Customer.numbers(recipients));
        accepted.forEach(sent -> missing.remove(sent.to()));
        assertThat(missing).as("people that nothing was sent to").isEmpty();
    }

    /** The messages that were taken more often than once. */
    Set<String> sentTwice() {
        return accepted.stream()
                .collect(Collectors.groupingBy(SimulatorProcess.Sent::messageId, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() > 1)
                .map(java.util.Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Messages taken beyond one for each person. */
    long duplicates() {
        return accepted.size()
                - accepted.stream().map(SimulatorProcess.Sent::to).distinct().count();
    }

    static void theBooksAreClosed(JsonNode stats, int recipients) {
        JsonNode ledger = stats.path("ledger");
        Function<String, Long> of = name -> ledger.path(name).asLong();
        assertThat(ledger.path("balanced").asBoolean()).as("%s", ledger).isTrue();
        assertThat(of.apply("targeted")).as("%s", ledger).isEqualTo(recipients);
        assertThat(of.apply("accepted")).as("%s", ledger).isEqualTo(recipients);
    }
}
