package io.herald.channel.gupshup;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.Samples;
import io.herald.channel.WebhookResult;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The v2 envelope of Gupshup's messaging API and the delivery reports of its enterprise gateway. */
class GupshupCallbacksTest {
    private static final String URL = Samples.PUBLIC_URL + "/api/v1/webhooks/gupshup/acc-gupshup/token0123456789";
    private static final Set<Channel> BOTH = Set.of(Channel.RCS, Channel.SMS);

    private static WebhookResult read(String json) {
        return GupshupCallbacks.read(Samples.callback(URL, "application/json", json), BOTH);
    }

    private static WebhookResult.Understood understood(WebhookResult result) {
        if (result instanceof WebhookResult.Understood understood) {
            return understood;
        }
        throw new AssertionError("not understood: " + result);
    }

    private static List<DeliveryReport> reports(WebhookResult result) {
        return understood(result).reports().stream()
                .map(WebhookResult.Report::report)
                .toList();
    }

    private static String event(String ids, String type, String inner) {
        return """
                {"app":"DemoAPI","timestamp":1580546677791,"version":2,"type":"message-event",
                 "payload":{%s,"type":"%s","destination":"919812345678","payload":%s}}
                """.formatted(ids, type, inner);
    }

    private static DeliveryReport report(Kind kind, String id) {
        return new DeliveryReport(kind, 0, id, null, "", "");
    }

    @ParameterizedTest
    @CsvSource({"enqueued, ACCEPTED", "sent, SENT", "delivered, DELIVERED", "read, READ"})
    void everyEventHasItsKind(String type, Kind kind) {
        assertThat(reports(read(event("\"id\":\"wa-1\",\"gsId\":\"g-1\"", type, "{\"ts\":1580546677}"))))
                .containsExactly(report(kind, "g-1"));
    }

    @Test
    void withoutGupshupsOwnIdTheOtherOneCounts() {
        for (String ids : List.of("\"id\":\"g-1\"", "\"id\":\"g-1\",\"gsId\":null", "\"id\":\"g-1\",\"gsId\":\"\"")) {
            assertThat(reports(read(event(ids, "enqueued", "{}")))).containsExactly(report(Kind.ACCEPTED, "g-1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1002, CHANNEL_UNAVAILABLE", "1012, OPTED_OUT", "1005, PERMANENT_CONTENT", "77, PERMANENT_RECIPIENT"})
    void aFailureSaysWhy(String code, ErrorClass expected) {
        String json =
                event("\"id\":\"g-1\"", "failed", "{\"code\":" + code + ",\"reason\":\"919812345678 is not there\"}");
        assertThat(reports(read(json)))
                .containsExactly(new DeliveryReport(Kind.UNDELIVERED, 0, "g-1", expected, code, "… is not there"));
    }

    @Test
    void aFailureWithoutAReasonIsOneStill() {
        assertThat(reports(read(event("\"id\":\"g-1\"", "failed", "{}"))))
                .containsExactly(
                        new DeliveryReport(Kind.UNDELIVERED, 0, "g-1", ErrorClass.PERMANENT_RECIPIENT, "failed", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "", "teleported"})
    void otherEventsAreTakenAndIgnored(String type) {
        assertThat(reports(read(event("\"id\":\"g-1\"", type, "{}")))).isEmpty();
    }

    private static final String DELIVERIES = """
            [{"externalId":"0034-001","eventType":"DELIVERED","eventTs":1580546677791,"destAddr":"919812345678","srcAddr":"ACME",
              "cause":"SUCCESS","errCode":"000","channel":"SMS","noOfFrags":1},
             {"externalId":34002,"eventType":"FAILED","cause":"UNKNOWN_SUBSCRIBER","errCode":"003"},
             {"externalId":"34-003","eventType":"UNKNOWN","cause":"UNKNOWN"}]
            """;

    private static final List<DeliveryReport> DELIVERED_AND_FAILED = List.of(
            report(Kind.DELIVERED, "0034-001"),
            new DeliveryReport(
                    Kind.UNDELIVERED,
                    0,
                    "34002",
                    ErrorClass.PERMANENT_RECIPIENT,
                    "UNKNOWN_SUBSCRIBER",
                    "UNKNOWN_SUBSCRIBER"));

    @Test
    void deliveryReportsComeAsAnArray() {
        assertThat(reports(read(DELIVERIES))).isEqualTo(DELIVERED_AND_FAILED);
    }

    @Test
    void deliveryReportsComeInAFormField() {
        String body = "x=1&response=" + URLEncoder.encode(DELIVERIES, StandardCharsets.UTF_8);
        assertThat(reports(
                        GupshupCallbacks.read(Samples.callback(URL, "application/x-www-form-urlencoded", body), BOTH)))
                .isEqualTo(DELIVERED_AND_FAILED);
    }

    private static String message(String payload) {
        return "{\"app\":\"DemoAPI\",\"timestamp\":1580227766370,\"version\":2,\"type\":\"message\",\"payload\":"
                + payload + "}";
    }

    @Test
    void whatAPersonWrote() {
        WebhookResult result = read(message("""
                {"id":"in-1","source":"919812345678","type":"text","payload":{"text":"Stop \\ud83d\\ude00"},
                 "sender":{"phone":"919812345678","name":"Drew","country_code":"91","dial_code":"9812345678"}}"""));
        assertThat(understood(result).reports()).isEmpty();
        assertThat(understood(result).inbound())
                .containsExactly(new WebhookResult.Inbound(Channel.RCS, "in-1", "+919812345678", "", "Stop 😀", null));
        assertThat(understood(result).response()).isEqualTo(WebhookResult.Response.EMPTY);
    }

    @Test
    void whatAPersonTapped() {
        WebhookResult result = read(
                message(
                        "{\"id\":\"in-1\",\"type\":\"button\",\"payload\":{\"postbackText\":\"yes\"},\"sender\":{\"phone\":\"+9198\"}}"));
        assertThat(understood(result).inbound())
                .containsExactly(new WebhookResult.Inbound(Channel.RCS, "in-1", "+9198", "", "yes", null));
    }

    @Test
    void anAccountWithoutRcsHearsItBySms() {
        WebhookResult result = GupshupCallbacks.read(
                Samples.callback(
                        URL, "application/json", message("{\"id\":\"in-1\",\"source\":\"9198\",\"payload\":{}}")),
                Set.of(Channel.SMS));
        assertThat(understood(result).inbound())
                .containsExactly(new WebhookResult.Inbound(Channel.SMS, "in-1", "+9198", "", "", null));
    }

    @Test
    void textThatNoDatabaseHoldsIsMended() {
        WebhookResult result =
                read(message("{\"id\":\"in-1\",\"source\":\"9198\",\"payload\":{\"text\":\"a\\u0000\\ud83d\"}}"));
        assertThat(understood(result).inbound().getFirst().text()).isEqualTo("a\ufffd\ufffd");
    }

    @ParameterizedTest
    @CsvSource({"opted-out, STOP", "opted-in, START", "sandbox-start,"})
    void consentThatGupshupNoticedIsHeard(String type, @Nullable String keyword) {
        WebhookResult result =
                read("{\"timestamp\":15,\"type\":\"user-event\",\"payload\":{\"phone\":\"9198\",\"type\":\"" + type
                        + "\"}}");
        if (keyword == null) {
            assertThat(understood(result).inbound()).isEmpty();
        } else {
            assertThat(understood(result).inbound())
                    .containsExactly(
                            new WebhookResult.Inbound(Channel.RCS, "user-event-15-9198", "+9198", "", "", keyword));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "\"x\"",
                "{",
                "{}",
                "<xml/>",
                "{\"type\":\"billing-event\"}",
                "{\"type\":\"message-event\"}",
                "{\"type\":\"message-event\",\"payload\":{\"id\":\"\"}}",
                "{\"type\":\"message-event\",\"payload\":{\"id\":\"a\\u0000b\",\"type\":\"sent\"}}",
                "{\"type\":\"message\",\"payload\":{\"id\":\"a\"}}",
                "{\"type\":\"message\",\"payload\":{\"source\":\"9198\"}}",
                "{\"type\":\"message\",\"payload\":{\"id\":\"a\",\"source\":\"9\\u00008\"}}",
                "[{\"eventType\":\"DELIVERED\"}]",
                "[1]",
                "[{\"externalId\":\"a b\",\"eventType\":\"DELIVERED\"}]"
            })
    void whatMakesNoSenseIsGarbage(String body) {
        assertThat(read(body)).isInstanceOf(WebhookResult.Garbage.class);
    }

    @Test
    void aTowerOfBracketsIsGarbage() {
        assertThat(read("[".repeat(100_000))).isInstanceOf(WebhookResult.Garbage.class);
    }

    @Test
    void aMangledFormIsGarbage() {
        for (String body : List.of("response=%", "x=1", "response=")) {
            assertThat(GupshupCallbacks.read(Samples.callback(URL, "application/x-www-form-urlencoded", body), BOTH))
                    .isInstanceOf(WebhookResult.Garbage.class);
        }
    }

    @Test
    void anIdThatIsTooLongIsGarbage() {
        assertThat(read(event("\"id\":\"" + "x".repeat(5000) + "\"", "sent", "{}")))
                .isInstanceOf(WebhookResult.Garbage.class);
    }
}
