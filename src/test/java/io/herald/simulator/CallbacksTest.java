package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallbacksTest {
    private Hook hook;

    @BeforeEach
    void listen() {
        hook = new Hook();
    }

    @AfterEach
    void stop() {
        hook.close();
    }

    @Test
    void aDeliveryIsReportedAndSigned() {
        try (Rig rig = new Rig("")) {
            String sid = Rig.json(send(rig, "?tenant=acme&token=a%2Fb#rc=2").body())
                    .path("sid")
                    .asText();
            Hook.Arrival arrival = hook.next();
            assertThat(arrival.path()).isEqualTo("/status?tenant=acme&token=a%2Fb");
            assertThat(arrival.headers().getFirst("Content-Type")).startsWith("application/x-www-form-urlencoded");
            assertThat(arrival.field("MessageSid")).isEqualTo(sid);
            assertThat(arrival.field("SmsSid")).isEqualTo(sid);
            assertThat(arrival.field("MessageStatus")).isEqualTo("delivered");
            assertThat(arrival.field("SmsStatus")).isEqualTo("delivered");
            assertThat(arrival.field("AccountSid")).isEqualTo(Rig.SID);
            assertThat(arrival.field("From")).isEqualTo(Rig.FROM);
            assertThat(arrival.field("To")).isEqualTo(Rig.TO);
            assertThat(arrival.field("ApiVersion")).isEqualTo("2010-04-01");
            assertThat(arrival.field("RawDlrDoneDate")).matches("\\d{10}");
            assertThat(arrival.form().first("ErrorCode")).isNull();
            assertThat(arrival.headers().getFirst("X-Twilio-Signature"))
                    .isEqualTo(TwilioSignature.sign(Rig.TOKEN, hook.url(arrival.path()), arrival.form()));
            Rig.await("quiet", rig.simulator::quiet);
            assertThat(rig.simulator.summary().callbacks()).isEqualTo(new AuditSummary.Callbacks(1, 0, 0));
        }
    }

    @Test
    void afterAMessagingServiceEveryStateButTheFirstIsReported() {
        try (Rig rig = new Rig("callbacks=all")) {
            rig.sms(
                    "From", "",
                    "MessagingServiceSid", "MG00000000000000000000000000000001",
                    "StatusCallback", hook.url("/status"));
            List<Hook.Arrival> arrivals = hook.next(4);
            assertThat(arrivals.stream().map(a -> a.field("MessageStatus")))
                    .containsExactlyInAnyOrder("queued", "sending", "sent", "delivered");
            assertThat(arrivals).allMatch(a -> a.field("From").startsWith("+"));
            assertThat(arrivals).allMatch(a -> a.field("MessagingServiceSid").startsWith("MG"));
        }
    }

    @Test
    void theUndeliveredTellTheirCode() {
        try (Rig rig = new Rig("undelivered=1")) {
            String sid = Rig.json(send(rig, "").body()).path("sid").asText();
            Hook.Arrival arrival = hook.next();
            assertThat(arrival.field("MessageStatus")).isEqualTo("undelivered");
            assertThat(arrival.field("ErrorCode")).isEqualTo("30005");
            assertThat(rig.account(Rig.SID).undelivered()).isEqualTo(1);
            Rig.await(
                    "the resource shows it",
                    () -> Rig.json(rig.twilioGet("/Messages/" + sid + ".json").body())
                                    .path("error_code")
                                    .asInt()
                            == 30005);
        }
    }

    @Test
    void aDuplicateIsTheSameTwice() {
        try (Rig rig = new Rig("callback_duplicate=1")) {
            send(rig, "");
            assertThat(hook.next().body()).isEqualTo(hook.next().body());
        }
    }

    @Test
    void reorderedStatesComeLastFirst() {
        try (Rig rig = new Rig("callbacks=all,callback_reorder=1,callback_delay=100ms,read=1")) {
            rig.simulator.gupshupCallback("key-1", hook.url("/"));
            rig.rcs("key-1", GupshupTest.CARD);
            List<JsonNode> events =
                    hook.next(4).stream().map(Hook.Arrival::json).toList();
            assertThat(events.stream().map(e -> e.at("/payload/type").asText()))
                    .containsExactly("read", "delivered", "sent", "enqueued");
            assertThat(events.stream().map(e -> e.path("timestamp").asLong()).toList())
                    .as("each tells when it was reached")
                    .isSortedAccordingTo((a, b) -> Long.compare(b, a));
        }
    }

    @Test
    void theFirstCallbackCanComeBeforeTheAnswer() {
        try (Rig rig = new Rig("callback_before_answer=1")) {
            CountDownLatch gate = hook.hold();
            CompletableFuture<HttpResponse<String>> answer =
                    rig.begin(rig.smsRequest("StatusCallback", hook.url("/status")));
            String sid = hook.next().field("MessageSid");
            assertThat(answer).isNotDone();
            assertThat(rig.simulator.quiet()).isFalse();
            gate.countDown();
            assertThat(Rig.json(answer.join().body()).path("sid").asText()).isEqualTo(sid);
            Rig.await("quiet", rig.simulator::quiet);
            assertThat(hook.isEmpty()).as("it is not sent again").isTrue();
        }
    }

    @Test
    void aCallbackBeforeTheAnswerWaitsForNoOther() {
        try (Rig rig = new Rig("callback_delay=0");
                Hook slow = new Hook()) {
            CountDownLatch gate = slow.hold();
            for (int i = 0; i < 300; i++) {
                rig.sms("StatusCallback", slow.url("/status"));
            }
            rig.simulator.faults(Faults.parse("callback_before_answer=1"));
            assertThat(rig.sms("StatusCallback", hook.url("/status")).statusCode())
                    .isEqualTo(201);
            hook.next();
            gate.countDown();
        }
    }

    @Test
    void aLateCallbackIsLate() {
        try (Rig rig = new Rig("callback_late=1,callback_late_by=400ms,callback_delay=10ms")) {
            long began = System.nanoTime();
            send(rig, "");
            hook.next();
            assertThat(System.nanoTime() - began).isGreaterThan(400_000_000L);
        }
    }

    @Test
    void aDelayedAnswerDelaysItsCallbacks() {
        try (Rig rig = new Rig("latency=300ms,callback_delay=10ms")) {
            long began = System.nanoTime();
            rig.begin(rig.smsRequest("StatusCallback", hook.url("/status")));
            hook.next();
            assertThat(System.nanoTime() - began).isGreaterThan(310_000_000L);
        }
    }

    @ParameterizedTest
    @CsvSource({"callback_drop=1", "callbacks=none"})
    void whatIsDroppedNeverComes(String faults) {
        try (Rig rig = new Rig(faults)) {
            send(rig, "");
            assertThat(rig.simulator.quiet()).isTrue();
            assertThat(rig.account(Rig.SID).delivered()).isEqualTo(1);
        }
    }

    @Test
    void theFragmentDecidesOnTriesAfterAnError() {
        try (Rig rig = new Rig("")) {
            hook.answer(503, 500);
            send(rig, "#rc=3&rp=5xx");
            List<Hook.Arrival> tries = hook.next(3);
            assertThat(tries.stream().map(Hook.Arrival::body).distinct()).hasSize(1);
            assertThat(tries.getFirst().headers()).doesNotContainKey("I-twilio-idempotency-token");
            assertThat(tries.get(1).headers().getFirst("I-Twilio-Idempotency-Token"))
                    .isEqualTo(tries.get(2).headers().getFirst("I-Twilio-Idempotency-Token"))
                    .isNotNull();
            Rig.await("quiet", rig.simulator::quiet);
            assertThat(rig.simulator.summary().callbacks()).isEqualTo(new AuditSummary.Callbacks(1, 0, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 500", "#rc=3, 500", "#rc=3&rp=4xx, 500", "#rc=3&rp=5xx, 404", "#rc=0&rp=all, 500"})
    void anErrorNotNamedIsNotTriedAgain(String fragment, int status) {
        try (Rig rig = new Rig("")) {
            hook.answer(status);
            send(rig, fragment);
            Rig.await("given up", () -> rig.simulator.summary().callbacks().failed() == 1);
            hook.next();
            assertThat(hook.isEmpty()).isTrue();
            assertThat(rig.simulator.quiet()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 2", "#rp=5xx, 1", "#rc=2&rp=all, 3"})
    void aBrokenConnectionIsTriedOnceMoreByDefault(String fragment, int tries) throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (Rig rig = new Rig("");
                ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!deaf.isClosed()) {
                    try (Socket socket = deaf.accept()) {
                        if (socket.getInputStream().read() >= 0) {
                            connections.incrementAndGet();
                        }
                    } catch (IOException e) {
                        // the test is over, or the client was quicker
                    }
                }
            });
            rig.sms("StatusCallback", "http://127.0.0.1:" + deaf.getLocalPort() + "/" + fragment);
            Rig.await("given up", () -> rig.simulator.summary().callbacks().failed() == 1);
            assertThat(connections).hasValue(tries);
        }
    }

    @Test
    void nobodyListeningIsAFailedConnection() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        try (Rig rig = new Rig("")) {
            rig.sms("StatusCallback", "http://127.0.0.1:" + port + "/#rc=1&rp=ct");
            Rig.await("given up", () -> rig.simulator.summary().callbacks().failed() == 1);
        }
    }

    @Test
    void whoNeverAnswersHasTimedOut() {
        CountDownLatch gate = hook.hold();
        try (Loops loops = new Loops();
                Callbacks callbacks = new Callbacks(loops, new Client(loops, Duration.ofMillis(300)))) {
            callbacks.later(callback(Retry.Failure.CONNECTION), Duration.ZERO);
            Rig.await("given up", () -> callbacks.summary().failed() == 1);
            callbacks.later(callback(Retry.Failure.ANSWER_TIMEOUT), Duration.ZERO);
            hook.next(3);
            gate.countDown();
        }
    }

    @Test
    void thePausesBetweenTriesDoubleUpToFiveSeconds() {
        assertThat(IntStream.rangeClosed(1, 7)
                        .mapToObj(made -> Retry.pause(made).toMillis()))
                .containsExactly(300L, 600L, 1_200L, 2_400L, 4_800L, 5_000L, 5_000L);
    }

    @Test
    void gupshupTriesAgainAfterAnythingBut2xx() {
        try (Rig rig = new Rig("")) {
            rig.simulator.gupshupCallback("key-1", hook.url("/"));
            hook.answer(404, 302);
            rig.rcs("key-1", GupshupTest.CARD);
            assertThat(hook.next(3)).hasSize(3);
            Rig.await("quiet", rig.simulator::quiet);
            assertThat(rig.simulator.summary().callbacks().sent()).isEqualTo(1);
        }
    }

    @Test
    void closingDropsWhatWaits() {
        Rig rig = new Rig("callback_delay=60m");
        send(rig, "");
        assertThat(rig.simulator.summary().callbacks().waiting()).isEqualTo(1);
        rig.close();
        assertThat(rig.simulator.quiet()).isTrue();
    }

    @Test
    void anInboundMessageIsPostedInTheVendorsFormat() {
        try (Rig rig = new Rig("")) {
            HttpResponse<String> twilio = rig.control("POST", "/_inbound", inbound("twilio", "stop"));
            assertThat(Rig.json(twilio.body())).isEqualTo(Rig.json("{\"status\":200,\"body\":\"seen\"}"));
            Hook.Arrival sms = hook.next();
            assertThat(sms.field("Body")).isEqualTo("stop");
            assertThat(sms.field("OptOutType")).isEqualTo("STOP");
            assertThat(sms.field("From")).isEqualTo(Rig.TO);
            assertThat(sms.headers().getFirst("X-Twilio-Signature"))
                    .isEqualTo(TwilioSignature.sign(Rig.TOKEN, hook.url("/in"), sms.form()));
            hook.answer(403);
            HttpResponse<String> gupshup = rig.control("POST", "/_inbound", inbound("gupshup", "Hi"));
            assertThat(Rig.json(gupshup.body()).path("status").asInt()).isEqualTo(403);
            JsonNode event = hook.next().json();
            assertThat(event.path("type").asText()).isEqualTo("message");
            assertThat(event.at("/payload/payload/text").asText()).isEqualTo("Hi");
            assertThat(event.at("/payload/sender/phone").asText()).isEqualTo(Rig.TO.substring(1));
            assertThat(rig.control("POST", "/_inbound", inbound("fax", "Hi")).statusCode())
                    .isEqualTo(400);
            assertThat(rig.simulator.summary().requests()).isZero();
        }
    }

    private Callback callback(Retry.Failure retried) {
        return new Callback() {
            @Override
            public Post post(int tries) {
                return new Post(hook.url("/slow"), "text/plain", new byte[0], Map.of());
            }

            @Override
            public Retry retry() {
                return new Retry(1, Set.of(retried));
            }
        };
    }

    private String inbound(String provider, String text) {
        return "{\"provider\":\"%s\",\"account\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"text\":\"%s\",\"url\":\"%s\",\"secret\":\"%s\"}"
                .formatted(provider, Rig.SID, Rig.TO, Rig.FROM, text, hook.url("/in"), Rig.TOKEN);
    }

    private HttpResponse<String> send(Rig rig, String queryAndFragment) {
        HttpResponse<String> answer = rig.sms("StatusCallback", hook.url("/status" + queryAndFragment));
        assertThat(answer.statusCode()).isEqualTo(201);
        return answer;
    }
}
