package io.herald.channel;

import static io.herald.channel.SimulatedVendors.lookUp;
import static io.herald.channel.SimulatedVendors.rcs;
import static io.herald.channel.SimulatedVendors.send;
import static io.herald.channel.SimulatedVendors.sms;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Content;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter and the simulator, which were written apart from one description of Gupshup, speak over real HTTP. */
class GupshupOverHttpTest {
    private static final Content CARD = new Content(
            null,
            null,
            null,
            new Content.Card("Sale", "Half price", new Content.Media("https://cdn.example/a.jpg", "image/jpeg")),
            List.of(new Content.Suggestion("action", "Shop", "https://shop.example/")));

    private static String accepted(SendResult result) {
        if (result instanceof SendResult.Accepted accepted) {
            return accepted.providerMessageId();
        }
        throw new AssertionError("not accepted: " + result);
    }

    private static DeliveryReport report(WebhookResult result) {
        if (result instanceof WebhookResult.Understood understood
                && understood.reports().size() == 1) {
            return understood.reports().getFirst().report();
        }
        throw new AssertionError("not one report: " + result);
    }

    private static SendResult.Rejected rejected(SendResult result) {
        if (result instanceof SendResult.Rejected rejected) {
            return rejected;
        }
        throw new AssertionError("not rejected: " + result);
    }

    @Test
    void aCardAndATextAreAcceptedAndReported() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms")) {
            Adapter gupshup = vendors.gupshup();
            for (Content content : List.of(CARD, Content.text("Hi 😀"))) {
                String id = accepted(send(gupshup, rcs(content)));
                assertThat(report(gupshup.webhook(vendors.callback())))
                        .isEqualTo(new DeliveryReport(Kind.DELIVERED, 0, id, null, "", ""));
            }
        }
    }

    @Test
    void everyStateOnTheWayIsReportedUnderOneId() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms,callbacks=all,read=1")) {
            Adapter gupshup = vendors.gupshup();
            String id = accepted(send(gupshup, rcs(CARD)));
            List<DeliveryReport> reports = IntStream.range(0, 4)
                    .mapToObj(i -> report(gupshup.webhook(vendors.callback())))
                    .toList();
            assertThat(reports)
                    .allSatisfy(r -> assertThat(r.providerMessageId()).isEqualTo(id));
            assertThat(reports)
                    .extracting(DeliveryReport::kind)
                    .containsExactlyInAnyOrder(Kind.ACCEPTED, Kind.SENT, Kind.DELIVERED, Kind.READ);
        }
    }

    @Test
    void anSmsIsAcceptedAndReported() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms")) {
            Adapter gupshup = vendors.gupshup();
            String id = accepted(send(gupshup, sms()));
            assertThat(report(gupshup.webhook(vendors.callback())))
                    .isEqualTo(new DeliveryReport(Kind.DELIVERED, 0, id, null, "", ""));
        }
    }

    @Test
    void anSmsThatNeverArrivesIsReportedWithItsCause() {
        try (SimulatedVendors vendors = new SimulatedVendors("callback_delay=1ms,undelivered=1")) {
            Adapter gupshup = vendors.gupshup();
            String id = accepted(send(gupshup, sms()));
            assertThat(report(gupshup.webhook(vendors.callback())))
                    .isEqualTo(new DeliveryReport(
                            Kind.UNDELIVERED,
                            0,
                            id,
                            ErrorClass.PERMANENT_RECIPIENT,
                            "UNKNOWN_SUBSCRIBER",
                            "UNKNOWN_SUBSCRIBER"));
        }
    }

    @Test
    void whoHasNoRcsIsRefusedAtOnceOrLater() {
        try (SimulatedVendors vendors = new SimulatedVendors("incapable=1")) {
            SendResult.Rejected refusal = rejected(send(vendors.gupshup(), rcs(CARD)));
            assertThat(refusal.errorClass()).isEqualTo(ErrorClass.CHANNEL_UNAVAILABLE);
            assertThat(refusal.code()).isEqualTo("1002");
        }
        try (SimulatedVendors vendors = new SimulatedVendors("incapable=1,incapable_mode=failed,callback_delay=1ms")) {
            Adapter gupshup = vendors.gupshup();
            accepted(send(gupshup, rcs(CARD)));
            DeliveryReport report = report(gupshup.webhook(vendors.callback()));
            assertThat(report.errorClass()).isEqualTo(ErrorClass.CHANNEL_UNAVAILABLE);
            assertThat(report.code()).isEqualTo("1002");
        }
    }

    @Test
    void badCredentialsAreTheAccountsFault() {
        try (SimulatedVendors vendors = new SimulatedVendors("")) {
            Adapter gupshup =
                    vendors.gupshup(Map.of("api_key", "bad-key", "userid", "2000191999", "password", "bad-password"));
            assertThat(rejected(send(gupshup, rcs(CARD))).errorClass()).isEqualTo(ErrorClass.PERMANENT_CONFIG);
            assertThat(rejected(send(gupshup, sms())).errorClass()).isEqualTo(ErrorClass.PERMANENT_CONFIG);
        }
    }

    @Test
    void theExcessOverARateIsThrottledForAsLongAsGupshupSays() {
        try (SimulatedVendors vendors = new SimulatedVendors("throttle=1")) {
            Adapter gupshup = vendors.gupshup();
            for (SendRequest request : List.of(rcs(CARD), sms())) {
                accepted(send(gupshup, request));
                SendResult.Rejected excess = rejected(send(gupshup, request));
                assertThat(excess.errorClass()).isEqualTo(ErrorClass.THROTTLED);
                assertThat(excess.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void transientErrorsAreRetryable() {
        try (SimulatedVendors vendors = new SimulatedVendors("error=1")) {
            Adapter gupshup = vendors.gupshup();
            for (SendRequest request : List.of(rcs(CARD), rcs(CARD), sms(), sms())) {
                assertThat(rejected(send(gupshup, request)).errorClass()).isEqualTo(ErrorClass.RETRYABLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout_after_accept=1", "reset_after_accept=1", "reset_before_accept=1"})
    void aCallWithoutAnAnswerIsUnknownAndCannotBeAskedAfter(String fault) {
        try (SimulatedVendors vendors = new SimulatedVendors(fault)) {
            Adapter gupshup = vendors.gupshup();
            for (SendRequest request : List.of(rcs(CARD), sms())) {
                assertThat(send(gupshup, request)).isInstanceOf(SendResult.Unknown.class);
                assertThat(lookUp(gupshup, request)).isEqualTo(new LookUp.NotSupported());
            }
            assertThat(vendors.simulator.summary().requests())
                    .as("never repeated unasked")
                    .isEqualTo(2);
        }
    }

    @Test
    void aCallThatFindsNobodyNeverLeft() {
        SimulatedVendors vendors = new SimulatedVendors("");
        Adapter gupshup = vendors.gupshup();
        vendors.close();
        for (SendRequest request : List.of(rcs(CARD), sms())) {
            assertThat(rejected(send(gupshup, request)).code()).isEqualTo("connect");
        }
    }
}
