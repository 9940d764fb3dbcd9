package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    @Test
    void acceptedMessagesAreToldApartByTheirKey() {
        try (Rig rig = new Rig("")) {
            send(rig, "k1", "one");
            send(rig, "k1", "one, worded otherwise");
            send(rig, "k2", "one");
            rig.sms("To", "nonsense");
            AuditSummary summary = rig.simulator.summary();
            assertThat(summary.requests()).isEqualTo(4);
            assertThat(summary.accepted()).isEqualTo(3);
            assertThat(summary.distinct()).isEqualTo(2);
            assertThat(summary.duplicates()).isEqualTo(1);
            assertThat(rig.account(Rig.SID).rejected()).isEqualTo(1);
            assertThat(rig.account(Rig.SID).delivered()).isEqualTo(3);
        }
    }

    @Test
    void withoutAKeyTheContentAndTheRecipientAreOne() {
        try (Rig rig = new Rig("")) {
            rig.sms("StatusCallback", "http://127.0.0.1:1/a");
            rig.sms("StatusCallback", "http://127.0.0.1:1/b");
            rig.sms("To", "+14155550101");
            rig.rcs("key-1", GupshupTest.CARD);
            rig.rcs("key-2", GupshupTest.CARD);
            rig.gateway(GupshupTest.gateway());
            assertThat(rig.simulator.summary().distinct()).isEqualTo(5);
            assertThat(rig.simulator.summary().duplicates()).isEqualTo(1);
        }
    }

    @Test
    void theSummaryIsServedAsJson() {
        try (Rig rig = new Rig("")) {
            rig.sms();
            JsonNode summary =
                    Rig.json(rig.control("GET", "/_audit/summary", "").body());
            assertThat(summary).isEqualTo(Rig.json("""
                                    {"requests":1,"accepted":1,"distinct":1,"duplicates":0,
                                    "peak_per_second":{"%1$s":1},
                                    "accounts":{"%1$s":{"requests":1,"accepted":1,"distinct":1,"duplicates":0,"throttled":0,
                                    "rejected":0,"delivered":1,"undelivered":0}},
                                    "callbacks":{"sent":0,"failed":0,"waiting":0}}
                                    """.formatted(Rig.SID)));
        }
    }

    @Test
    void everyRequestHasItsLineInTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.ndjson");
        try (Rig rig = new Rig(new SimulatorSettings("127.0.0.1", 0, Faults.none(), file))) {
            double before = System.currentTimeMillis();
            String sid = Rig.json(send(rig, "quoted \" key", "one")).path("sid").asText();
            JsonNode line = Rig.json(Files.readString(file));
            assertThat(line.path("at").asDouble()).isBetween(before - 50, before + 10_000);
            assertThat(line.path("provider").asText()).isEqualTo("twilio");
            assertThat(line.path("account").asText()).isEqualTo(Rig.SID);
            assertThat(line.path("to").asText()).isEqualTo(Rig.TO);
            assertThat(line.path("key").asText()).isEqualTo("quoted \" key");
            assertThat(line.path("outcome").asText()).isEqualTo("accepted");
            assertThat(line.path("status").asInt()).isEqualTo(201);
            assertThat(line.path("id").asText()).isEqualTo(sid);

            long offset = Files.size(file);
            rig.rcs("key-1", GupshupTest.CARD);
            rig.gateway(GupshupTest.gateway());
            assertThat(rig.control("GET", "/_audit/requests", "").body()).isEqualTo(Files.readString(file));
            List<JsonNode> later = rig.control("GET", "/_audit/requests?since=" + offset, "")
                    .body()
                    .lines()
                    .map(Rig::json)
                    .toList();
            assertThat(later).hasSize(2);
            assertThat(later.get(0).path("provider").asText()).isEqualTo("gupshup");
            assertThat(later.get(0).path("channel").asText()).isEqualTo("rcs");
            assertThat(later.get(1).path("channel").asText()).isEqualTo("sms");
            assertThat(later.get(1).path("to").asText()).isEqualTo("+919800000001");

            assertThat(rig.control("DELETE", "/_audit", "").statusCode()).isEqualTo(204);
            assertThat(rig.control("GET", "/_audit/requests", "").body()).isEmpty();
            assertThat(rig.simulator.summary().requests()).isZero();
            assertThat(Rig.json(rig.twilioGet("/Messages.json").body())
                            .path("messages")
                            .size())
                    .isZero();
            rig.sms();
            assertThat(Files.readString(file).lines()).hasSize(1);
        }
        assertThat(file).exists();
    }

    @Test
    void thePeakIsTheDensestSecondWhereverItBegins() {
        Tally tally = new Tally();
        for (long at : new long[] {0, 600_000, 900_000, 1_500_000, 1_599_999, 1_600_000, 5_000_000}) {
            tally.arrived(at);
        }
        assertThat(tally.peak()).isEqualTo(4); // 0.6 to 1.599999: at 1.6 the 0.6 is a full second old
    }

    @Test
    void theWindowAgreesWithCountingAnew() {
        Random random = new Random(3);
        SlidingWindow window = new SlidingWindow();
        long[] times = new long[5_000];
        long now = 0;
        for (int i = 0; i < times.length; i++) {
            now += random.nextInt(i % 1_000 < 500 ? 20_000 : 200);
            times[i] = now;
            window.add(now);
            long expected = 0;
            for (int j = i; j >= 0 && times[j] > now - SlidingWindow.SPAN_MICROS; j--) {
                expected++;
            }
            assertThat(window.count(now)).isEqualTo((int) expected);
        }
    }

    @Test
    void theKeySetHoldsWhatASetHolds() {
        KeySet keys = new KeySet();
        Set<Long> expected = new HashSet<>();
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            long key = random.nextInt(3) == 0 ? random.nextInt(1, 1_000) : random.nextLong();
            assertThat(keys.add(key)).isEqualTo(expected.add(key));
        }
        assertThat(keys.size()).isEqualTo(expected.size());
    }

    @Test
    void aHashSpreadsNeighboursEvenly() {
        int[] tenths = new int[10];
        for (int i = 0; i < 20_000; i++) {
            tenths[(int) (Hash64.fraction(Hash64.of("+1415555%04d".formatted(i), "incapable")) * 10)]++;
        }
        for (int tenth : tenths) {
            assertThat(tenth).isBetween(1_800, 2_200);
        }
    }

    private static String send(Rig rig, String key, String body) {
        HttpRequest request = HttpRequest.newBuilder(rig.smsRequest("Body", body), (name, value) -> true)
                .header("Idempotency-Key", key)
                .build();
        return rig.call(request).body();
    }
}
