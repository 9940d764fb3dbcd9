package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.TestDatabase;
import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits and fairness, as the provider sees them: by the times at which requests arrive there. */
class LimitTest {
    private static final double TOO_MUCH = 1.05;
    private static final double TOO_LITTLE = 0.9;
    private static final Duration PHASE = Duration.ofSeconds(7);
    private static final double SETTLED = 2;

    @RegisterExtension
    final Processes processes = new Processes();

    /** A rate in force, from the moment before it was asked for until the next is. */
    private record Phase(int rate, double asked, double answered, double end) {}

    @Test
    @Timeout(90)
    void aLimitHoldsInEverySlidingSecondAndIsUsedAlsoWhenItIsChanged() {
        SimulatorProcess simulator = processes.simulator("latency=5ms,jitter=5ms,callback_delay=100ms");
        HeraldProcess server = processes.server(TestDatabase.fresh());
        Customer customer = new Customer(server, "Limit");
        warmUp(customer, simulator);
        String account = customer.account(simulator, "limit", Map.of("rate_per_second", 200));
        String campaign = customer.campaign(account, 8_000);

        simulator.mark("asked-200");
        customer.verb(campaign, "start");
        simulator.mark("answered-200");
        List<Integer> rates = List.of(200, 500, 200);
        for (int rate : rates.subList(1, rates.size())) {
            rest();
            simulator.mark("asked-" + rate);
            customer.admin()
                    .put("/admin/limits/provider/" + account, Map.of("rate_per_second", rate))
                    .ok();
            simulator.mark("answered-" + rate);
        }
        rest();
        simulator.mark("asked-0");

        List<SimulatorProcess.Sent> sent = simulator.sent();
        double[] at = sent.stream()
                .filter(one -> one.account().equals("AClimit"))
                .mapToDouble(SimulatorProcess.Sent::at)
                .toArray();
        for (Phase phase : phases(sent)) {
            double begin = phase.answered() + SETTLED;
            long used = count(at, begin, phase.end());
            double rate = used / (phase.end() - begin);
            System.out.printf("LimitTest: limit %d, used %.1f%n", phase.rate(), rate);
            assertThat(rate).as("use of %s", phase).isGreaterThanOrEqualTo(phase.rate() * TOO_LITTLE);
        }
        everySecondHolds(at, phases(sent));
    }

    /** A first campaign as fast as it goes, so that what is measured is no longer compiled while it runs. */
    private static void warmUp(Customer customer, SimulatorProcess simulator) {
        String campaign = customer.campaign(customer.account(simulator, "warm", Map.of()), 3_000);
        customer.verb(campaign, "start");
        customer.awaitCompleted(campaign, Duration.ofSeconds(30));
        Until.holds(
                "the callbacks are through",
                Duration.ofSeconds(20),
                () -> simulator.summary().path("callbacks").path("waiting").asLong() == 0);
    }

    private static void rest() {
        long until = System.nanoTime() + PHASE.toNanos();
        Until.holds("the phase is over", PHASE.multipliedBy(2), () -> System.nanoTime() - until > 0);
    }

    private static List<Phase> phases(List<SimulatorProcess.Sent> sent) {
        List<SimulatorProcess.Sent> marks =
                sent.stream().filter(SimulatorProcess::isMark).toList();
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i + 2 < marks.size(); i += 2) {
            int rate = Integer.parseInt(marks.get(i).key().replaceFirst("asked-", ""));
            phases.add(new Phase(
                    rate,
                    marks.get(i).at(),
                    marks.get(i + 1).at(),
                    marks.get(i + 2).at()));
        }
        return phases;
    }

    /** A window that touches two phases may hold what the higher limit allows. */
    private static void everySecondHolds(double[] at, List<Phase> phases) {
        for (int first = 0; first < at.length; first++) {
            double begin = at[first];
            double end = begin + 1;
            int limit = phases.stream()
                    .filter(phase -> end > phase.asked() && begin < next(phases, phase))
                    .mapToInt(Phase::rate)
                    .max()
                    .orElse(0);
            long held = count(at, begin, end);
            assertThat(held)
                    .as("requests in the second from %.3f, %.3f s after the beginning", begin, begin - at[0])
                    .isLessThanOrEqualTo((long) (limit * TOO_MUCH));
        }
    }

    /** When the phase's limit is surely no longer in force. */
    private static double next(List<Phase> phases, Phase phase) {
        int i = phases.indexOf(phase);
        return i + 1 < phases.size() ? phases.get(i + 1).answered() : Double.POSITIVE_INFINITY;
    }

    private static long count(double[] sorted, double from, double to) {
        return IntStream.range(0, sorted.length)
                .filter(i -> sorted[i] >= from && sorted[i] < to)
                .count();
    }

    @Test
    @Timeout(90)
    void aTenantWithOneMessageDoesNotWaitBehindOneWithFiftyThousand() {
        SimulatorProcess simulator = processes.simulator("latency=5ms,jitter=5ms,callback_delay=100ms");
        HeraldProcess server = processes.server(TestDatabase.fresh());
        String account = Customer.sharedAccount(server.admin(), simulator, "shared", Map.of("rate_per_second", 200));
        Customer large = new Customer(server, "Large");
        Customer small = new Customer(server, "Small");
        int queued = 50_000;
        for (int from = 0; from < queued; from += 10_000) {
            large.api()
                    .post("/api/v1/messages/bulk", bulk(account, from, from + 10_000))
                    .ok();
        }

        for (int message = 0; message < 5; message++) {
            String number = Customer.number(queued + message);
            simulator.mark("submit-" + number);
            small.api()
                    .post("/api/v1/messages", message(account, Map.of("to", number)))
                    .ok();
            Until.holds(
                    "it was sent",
                    Duration.ofSeconds(20),
                    () -> simulator.sent().stream().anyMatch(sent -> sent.to().equals(number)));
        }
        List<SimulatorProcess.Sent> sent = simulator.sent();
        assertThat(sent.size()).as("what left of the large tenant's").isLessThan(queued / 2);
        for (int message = 0; message < 5; message++) {
            String number = Customer.number(queued + message);
            double left = moment(sent, one -> one.to().equals(number));
            double submitted = moment(sent, one -> one.key().equals("submit-" + number));
            System.out.printf("LimitTest: left after %.3f s%n", left - submitted);
            assertThat(left - submitted).isLessThan(1);
        }
    }

    private static double moment(
            List<SimulatorProcess.Sent> sent, java.util.function.Predicate<SimulatorProcess.Sent> which) {
        return sent.stream().filter(which).findFirst().orElseThrow().at();
    }

    private static Map<String, Object> bulk(String account, int from, int to) {
        return message(
                account,
                Map.of(
                        "recipients",
                        IntStream.range(from, to)
                                .mapToObj(i -> Map.of("to", Customer.number(i)))
                                .toList()));
    }

    private static Map<String, Object> message(String account, Map<String, Object> to) {
        Map<String, Object> message = new java.util.HashMap<>(Map.of(
                "body",
                "Hello",
                "category",
                "marketing",
                "route",
                List.of(Map.of("channel", "sms", "provider", account))));
        message.putAll(to);
        return message;
    }
}
