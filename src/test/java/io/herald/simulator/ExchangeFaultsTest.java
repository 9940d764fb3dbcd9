package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExchangeFaultsTest {
    @Test
    void theExcessOfASecondIsThrottled() {
        try (Rig rig = new Rig("throttle=3")) {
            rig.rcs("key-1", GupshupTest.CARD); // what is slow the first time is over
            long began = System.nanoTime();
            List<HttpResponse<String>> answers =
                    IntStream.range(0, 5).mapToObj(i -> rig.sms()).toList();
            long took = System.nanoTime() - began;
            assertThat(answers.stream().map(HttpResponse::statusCode)).containsExactly(201, 201, 201, 429, 429);
            assertThat(answers.getLast().headers().firstValue("Retry-After")).contains("1");
            assertThat(Rig.json(answers.getLast().body()).path("code").asInt()).isEqualTo(20429);
            assertThat(rig.account(Rig.SID).throttled()).isEqualTo(2);
            assertThat(took).as("all within one second").isLessThan(1_000_000_000L);
            assertThat(rig.simulator.summary().peakPerSecond()).containsEntry(Rig.SID, 5);
            Rig.await("the limit is free again", () -> rig.sms().statusCode() == 201);
            assertThat(System.nanoTime() - began).isGreaterThan(1_000_000_000L);
        }
    }

    @Test
    void eachAccountHasItsOwnLimitAndGupshupsRefusalIsGupshups() {
        try (Rig rig = new Rig("throttle=1")) {
            assertThat(rig.sms().statusCode()).isEqualTo(201);
            assertThat(rig.rcs("key-1", GupshupTest.CARD).statusCode()).isEqualTo(202);
            HttpResponse<String> excess = rig.rcs("key-1", GupshupTest.CARD);
            assertThat(excess.statusCode()).isEqualTo(429);
            assertThat(Rig.json(excess.body()).path("status").asText()).isEqualTo("error");
            assertThat(excess.headers().firstValue("Retry-After")).contains("1");
        }
    }

    @Test
    void badCredentialsUseUpNoLimitAndMeetNone() {
        try (Rig rig = new Rig("throttle=1")) {
            HttpRequest stranger = rig.twilioRequest(Rig.SID, Rig.SID, "bad", Rig.smsForm());
            assertThat(rig.call(stranger).statusCode()).isEqualTo(401);
            assertThat(rig.sms().statusCode()).isEqualTo(201);
            assertThat(rig.call(stranger).statusCode()).isEqualTo(401);
            assertThat(rig.account(Rig.SID).throttled()).isZero();
            assertThat(rig.simulator.summary().peakPerSecond()).containsKey(Rig.SID);
        }
    }

    @Test
    void transientErrorsTakeTurnsAndAcceptNothing() {
        try (Rig rig = new Rig("error=1")) {
            assertThat(IntStream.range(0, 4).mapToObj(i -> rig.sms().statusCode()))
                    .containsExactly(500, 503, 500, 503);
            assertThat(Rig.json(rig.sms().body()).path("code").asInt()).isEqualTo(20500);
            assertThat(rig.account(Rig.SID).accepted()).isZero();
            assertThat(outcome(rig)).isEqualTo("dropped");
        }
    }

    @Test
    void chosenCodesComeWithTheirStatus() {
        try (Rig rig = new Rig("codes=21610:1")) {
            HttpResponse<String> answer = rig.sms();
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(Rig.json(answer.body()).path("code").asInt()).isEqualTo(21610);
            rig.simulator.faults(Faults.parse("codes=20503:1"));
            assertThat(rig.sms().statusCode()).isEqualTo(503);
            rig.simulator.faults(Faults.parse("codes=21610:0.5;21211:0.5"));
            List<Integer> codes = IntStream.range(0, 40)
                    .mapToObj(i -> Rig.json(rig.sms().body()).path("code").asInt())
                    .toList();
            assertThat(codes).contains(21610, 21211).doesNotContain(0);
        }
    }

    @Test
    void anAnswerTakesItsLatency() {
        try (Rig rig = new Rig("latency=150ms,jitter=20ms")) {
            long began = System.nanoTime();
            rig.sms();
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(150_000_000L);
        }
    }

    @Test
    void afterATimeoutTheMessageIsAcceptedAndReported() {
        try (Rig rig = new Rig("timeout_after_accept=1");
                Hook hook = new Hook()) {
            HttpRequest request = HttpRequest.newBuilder(
                            rig.smsRequest("StatusCallback", hook.url("/status")), (name, value) -> true)
                    .timeout(Duration.ofMillis(400))
                    .build();
            assertThatThrownBy(() -> rig.call(request)).hasCauseInstanceOf(HttpTimeoutException.class);
            assertThat(hook.next().field("MessageStatus")).isEqualTo("delivered");
            assertThat(rig.account(Rig.SID).accepted()).isEqualTo(1);
            assertThat(outcome(rig)).isEqualTo("timeout_after_accept");
            assertThat(Rig.json(rig.twilioGet("/Messages.json?To=%2B14155550100")
                                    .body())
                            .path("messages")
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    void aWithheldAnswerLeavesTheConnectionOpen() throws IOException {
        try (Rig rig = new Rig("timeout_after_accept=1");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.simulator.port())) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write(Rig.smsBytes());
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aResetAfterAcceptanceIsARealOne() throws IOException {
        try (Rig rig = new Rig("reset_after_accept=1")) {
            resetIsSeen(rig);
            assertThat(rig.account(Rig.SID).accepted()).isEqualTo(1);
            assertThat(outcome(rig)).isEqualTo("reset_after_accept");
        }
    }

    @Test
    void aResetBeforeAcceptanceAcceptsNothing() throws IOException {
        try (Rig rig = new Rig("reset_before_accept=1")) {
            resetIsSeen(rig);
            assertThat(rig.account(Rig.SID).accepted()).isZero();
            assertThat(rig.account(Rig.SID).requests()).isEqualTo(1);
            assertThat(outcome(rig)).isEqualTo("reset_before");
            assertThatThrownBy(rig::sms).hasCauseInstanceOf(IOException.class);
            rig.simulator.faults(Faults.none());
            assertThat(rig.sms().statusCode()).as("others go on").isEqualTo(201);
        }
    }

    @Test
    void faultsChangeWhileItRuns() {
        try (Rig rig = new Rig("")) {
            JsonNode changed = Rig.json(rig.control("POST", "/_faults", "{\"error\":1,\"latency\":\"5ms\"}")
                    .body());
            assertThat(changed.path("error").asDouble()).isEqualTo(1);
            assertThat(changed.path("latency").asText()).isEqualTo("5ms");
            assertThat(rig.sms().statusCode()).isEqualTo(500);
            assertThat(Rig.json(rig.control("GET", "/_faults", "").body())).isEqualTo(changed);
            HttpResponse<String> wrong = rig.control("POST", "/_faults", "{\"erorr\":1}");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).startsWith("erorr:");
            assertThat(rig.control("POST", "/_faults", "@/etc/hostname").statusCode())
                    .isEqualTo(400);
            assertThat(rig.control("GET", "/_health", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void closingEndsConnectionsAndFreesThePort() throws IOException {
        Rig rig = new Rig("timeout_after_accept=1");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.simulator.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(Rig.smsBytes());
            Rig.await("the request has come", () -> rig.simulator.summary().requests() == 1);
            rig.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        new Rig(new SimulatorSettings("127.0.0.1", rig.simulator.port(), Faults.none(), null)).close();
    }

    private static void resetIsSeen(Rig rig) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.simulator.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(Rig.smsBytes());
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    private static String outcome(Rig rig) {
        return rig.control("GET", "/_audit/requests", "")
                .body()
                .lines()
                .map(Rig::json)
                .reduce((first, last) -> last)
                .map(line -> line.path("outcome").asText())
                .orElse("no line");
    }
}
