package io.herald.channel;

import static io.herald.channel.SimulatedVendors.lookUp;
import static io.herald.channel.SimulatedVendors.send;
import static io.herald.channel.SimulatedVendors.sms;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter and the simulator, which were written apart from one description of Twilio, speak over real HTTP. */
class TwilioOverHttpTest {

    private static String accepted(SendResult result) {
        if (result instanceof SendResult.Accepted accepted) {
            return accepted.providerMessageId();
        }
        throw new AssertionError("not accepted: " + result);
    }

    private static WebhookResult.Report only(WebhookResult result) {
        if (result instanceof WebhookResult.Understood understood
                && understood.reports().size() == 1) {
            return understood.reports().getFirst();
        }
        throw new AssertionError("not one report: " + result);
    }

    @Test
    void aMessageIsAcceptedAndItsSignedReportUnderstood() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms")) {
            Adapter twilio = vendors.twilio();
            String sid = accepted(send(twilio, sms()));
            assertThat(sid).matches("SM[0-9a-f]{32}");
            assertThat(only(twilio.webhook(vendors.callback())))
                    .isEqualTo(new WebhookResult.Report(
                            "acme", "msg-1", new DeliveryReport(Kind.DELIVERED, 2, sid, null, "", "")));
            assertThat(vendors.simulator.summary().accepted()).isEqualTo(1);
        }
    }

    @Test
    void everyStateOnTheWayIsReported() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms,callbacks=all")) {
            Adapter twilio = vendors.twilio();
            accepted(send(twilio, sms()));
            List<Kind> kinds = IntStream.range(0, 3)
                    .mapToObj(i ->
                            only(twilio.webhook(vendors.callback())).report().kind())
                    .toList();
            assertThat(kinds).containsExactlyInAnyOrder(Kind.SENT, Kind.SENT, Kind.DELIVERED);
        }
    }

    @Test
    void aReportChangedOnItsWayIsForged() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms")) {
            Adapter twilio = vendors.twilio();
            accepted(send(twilio, sms()));
            WebhookRequest real = vendors.callback();
            String body = real.text().replace("delivered", "undelivered");
            assertThat(body).isNotEqualTo(real.text());
            WebhookRequest changed = new WebhookRequest(
                    real.url(),
                    real.query(),
                    real.headers(),
                    real.contentType(),
                    body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(twilio.webhook(changed)).isInstanceOf(WebhookResult.Forged.class);
        }
    }

    @Test
    void aMessageThatNeverArrivesIsReportedWithItsCode() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms,undelivered=1")) {
            Adapter twilio = vendors.twilio();
            accepted(send(twilio, sms()));
            DeliveryReport report = only(twilio.webhook(vendors.callback())).report();
            assertThat(report.kind()).isEqualTo(Kind.UNDELIVERED);
            assertThat(report.errorClass()).isEqualTo(ErrorClass.PERMANENT_RECIPIENT);
            assertThat(report.code()).isEqualTo("30005");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "20404, PERMANENT_CONFIG",
        "20429, THROTTLED",
        "20503, RETRYABLE",
        "21211, PERMANENT_RECIPIENT",
        "21408, PERMANENT_ROUTE",
        "21610, OPTED_OUT",
        "21611, THROTTLED",
        "21617, PERMANENT_CONTENT",
        "63036, CHANNEL_UNAVAILABLE",
        "99999, PERMANENT_ROUTE"
    })
    void aRefusalHasItsClass(String code, ErrorClass expected) {
        try (SimulatedVendors vendors = new SimulatedVendors("codes=" + code + ":1")) {
            assertThat(send(vendors.twilio(), sms())).isInstanceOfSatisfying(SendResult.Rejected.class, rejected -> {
                assertThat(rejected.code()).isEqualTo(code);
                assertThat(rejected.errorClass()).isEqualTo(expected);
            });
        }
    }

    @Test
    void transientErrorsAreRetryable() {
        try (SimulatedVendors vendors = new SimulatedVendors("error=1")) {
            Adapter twilio = vendors.twilio();
            List<String> codes = IntStream.range(0, 2)
                    .mapToObj(i -> send(twilio, sms()) instanceof SendResult.Rejected r
                                    && r.errorClass() == ErrorClass.RETRYABLE
                            ? r.code()
                            : "")
                    .toList();
            assertThat(codes).containsExactly("20500", "20503");
        }
    }

    @Test
    void theExcessOverARateIsThrottledForAsLongAsTwilioSays() {
        try (SimulatedVendors vendors = new SimulatedVendors("throttle=1")) {
            Adapter twilio = vendors.twilio();
            accepted(send(twilio, sms()));
            assertThat(send(twilio, sms()))
                    .isEqualTo(new SendResult.Rejected(
                            ErrorClass.THROTTLED, "20429", "Too Many Requests", Duration.ofSeconds(1)));
            assertThat(vendors.simulator.summary().accepted()).isEqualTo(1);
        }
    }

    @Test
    void badCredentialsAreTheAccountsFault() {
        try (SimulatedVendors vendors = new SimulatedVendors("")) {
            Adapter twilio = vendors.twilio(Map.of("account_sid", Samples.SID, "auth_token", "bad-token"));
            assertThat(send(twilio, sms()))
                    .isEqualTo(new SendResult.Rejected(ErrorClass.PERMANENT_CONFIG, "20003", "Authenticate", null));
            assertThat(lookUp(twilio, sms())).isEqualTo(new LookUp.Unavailable());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout_after_accept=1", "reset_after_accept=1"})
    void whatWasTakenWithoutAnAnswerIsUnknownUntilItIsFound(String fault) {
        try (SimulatedVendors vendors = new SimulatedVendors(fault + ",callback_delay=1ms")) {
            Adapter twilio = vendors.twilio();
            SendRequest request = sms();
            assertThat(send(twilio, request)).isInstanceOf(SendResult.Unknown.class);
            String sid = only(twilio.webhook(vendors.callback())).report().providerMessageId();
            assertThat(lookUp(twilio, request)).isEqualTo(new LookUp.Found(sid, Kind.DELIVERED));
            assertThat(vendors.simulator.summary().accepted()).isEqualTo(1);
        }
    }

    @Test
    void whatBrokeBeforeItWasTakenIsUnknownUntilItIsNotFound() {
        try (SimulatedVendors vendors = new SimulatedVendors("reset_before_accept=1")) {
            Adapter twilio = vendors.twilio();
            SendRequest request = sms();
            assertThat(send(twilio, request)).isInstanceOf(SendResult.Unknown.class);
            assertThat(lookUp(twilio, request)).isEqualTo(new LookUp.Absent());
            assertThat(vendors.simulator.summary().requests())
                    .as("never repeated unasked")
                    .isEqualTo(1);
        }
    }

    @Test
    void anotherAttemptsMessageIsNotFoundForThisOne() {
        try (SimulatedVendors vendors = new SimulatedVendors("")) {
            Adapter twilio = vendors.twilio();
            accepted(send(twilio, sms()));
            SendRequest later = Samples.request(
                    io.herald.kernel.Channel.SMS,
                    Samples.TO,
                    null,
                    io.herald.kernel.Content.text("Something else"),
                    java.time.Instant.now());
            assertThat(lookUp(twilio, later)).isEqualTo(new LookUp.Absent());
        }
    }

    @Test
    void aCallThatFindsNobodyNeverLeft() {
        SimulatedVendors vendors = new SimulatedVendors("");
        Adapter twilio = vendors.twilio();
        vendors.close();
        assertThat(send(twilio, sms())).isInstanceOfSatisfying(SendResult.Rejected.class, rejected -> {
            assertThat(rejected.errorClass()).isEqualTo(ErrorClass.RETRYABLE);
            assertThat(rejected.code()).isEqualTo("connect");
        });
        assertThat(lookUp(twilio, sms())).isEqualTo(new LookUp.Unavailable());
    }

    @Test
    void aReportMayComeBeforeTheAnswer() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_before_answer=1,callback_delay=1ms")) {
            Adapter twilio = vendors.twilio();
            CountDownLatch held = vendors.hook.hold();
            CompletableFuture<SendResult> sending = twilio.send(sms()).toCompletableFuture();
            WebhookResult.Report report = only(twilio.webhook(vendors.callback()));
            assertThat(sending).isNotDone();
            held.countDown();
            assertThat(report.messageId()).isEqualTo("msg-1");
            assertThat(report.report().providerMessageId()).isEqualTo(accepted(sending.join()));
        }
    }
}
