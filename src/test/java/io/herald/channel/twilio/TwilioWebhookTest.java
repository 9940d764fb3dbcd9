package io.herald.channel.twilio;

import static io.herald.channel.Samples.callback;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.CallbackUrls;
import io.herald.channel.FakeProviderHttp;
import io.herald.channel.ProviderHttp;
import io.herald.channel.Samples;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Status callbacks and inbound messages of Twilio, signed as it signs them. */
class TwilioWebhookTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String URL = Samples.PUBLIC_URL + "/api/v1/webhooks/twilio/acc-twilio";
    private static final String NAMED = URL + "?tenant=acme&message=msg-1&attempt=2";

    private final TwilioAdapter adapter =
            new TwilioAdapter(Samples.twilio(null, null), new FakeProviderHttp(), new CallbackUrls(Samples.PUBLIC_URL));

    private static WebhookRequest signed(String url, String... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        String sorted = new TreeMap<>(fields)
                .entrySet().stream().map(e -> e.getKey() + e.getValue()).collect(Collectors.joining());
        String body = new String(ProviderHttp.form(fields), StandardCharsets.US_ASCII);
        return callback(url, FORM, body, "x-twilio-signature", TwilioSignature.sign(Samples.TOKEN, url + sorted));
    }

    private DeliveryReport report(String url, String... namesAndValues) {
        return understood(signed(url, namesAndValues)).reports().getFirst().report();
    }

    private WebhookResult.Understood understood(WebhookRequest request) {
        WebhookResult result = adapter.webhook(request);
        if (result instanceof WebhookResult.Understood understood) {
            return understood;
        }
        throw new AssertionError("not understood: " + result);
    }

    @ParameterizedTest
    @CsvSource({
        "accepted, ACCEPTED",
        "scheduled, ACCEPTED",
        "queued, ACCEPTED",
        "sending, SENT",
        "sent, SENT",
        "delivered, DELIVERED",
        "partially_delivered, DELIVERED",
        "read, READ",
        "undelivered, UNDELIVERED",
        "failed, UNDELIVERED",
        "canceled, UNDELIVERED"
    })
    void everyStatusHasItsKind(String status, Kind kind) {
        assertThat(report(NAMED, "MessageSid", "SM1", "MessageStatus", status).kind())
                .isEqualTo(kind);
    }

    @Test
    void kindsFollowEachOtherInTwiliosOrder() {
        List<Kind> kinds = List.of("queued", "sent", "undelivered", "delivered", "read").stream()
                .map(status -> report(NAMED, "MessageSid", "SM1", "MessageStatus", status)
                        .kind())
                .toList();
        assertThat(kinds).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theUrlSaysWhichMessageAndAttempt() {
        WebhookResult.Report report = understood(signed(NAMED, "MessageSid", "SM1", "MessageStatus", "delivered"))
                .reports()
                .getFirst();
        assertThat(report.tenantId()).isEqualTo("acme");
        assertThat(report.messageId()).isEqualTo("msg-1");
        assertThat(report.report()).isEqualTo(new DeliveryReport(Kind.DELIVERED, 2, "SM1", null, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?tenant=acme",
                "?tenant=acme&message=msg-1",
                "?tenant=acme&message=msg-1&attempt=0",
                "?tenant=acme&message=msg-1&attempt=-1",
                "?tenant=acme&message=msg-1&attempt=9999999999",
                "?message=msg-1&attempt=1"
            })
    void aUrlThatNamesLessLeavesItToTheSid(String query) {
        WebhookResult.Report report = understood(signed(URL + query, "MessageSid", "SM1", "MessageStatus", "sent"))
                .reports()
                .getFirst();
        assertThat(report)
                .isEqualTo(new WebhookResult.Report(null, null, new DeliveryReport(Kind.SENT, 0, "SM1", null, "", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "30003, RETRYABLE",
        "30005, PERMANENT_RECIPIENT",
        "30007, PERMANENT_CONTENT",
        "21610, OPTED_OUT",
        "30036, EXPIRED",
        "99999, PERMANENT_RECIPIENT"
    })
    void anUndeliveredOneSaysWhy(String code, ErrorClass expected) {
        DeliveryReport report = report(
                NAMED,
                "MessageSid",
                "SM1",
                "MessageStatus",
                "undelivered",
                "ErrorCode",
                code,
                "ErrorMessage",
                "To +14155550100");
        assertThat(report).isEqualTo(new DeliveryReport(Kind.UNDELIVERED, 2, "SM1", expected, code, "To …"));
    }

    @Test
    void anUndeliveredOneWithoutACodeHasItsStatusForOne() {
        assertThat(report(NAMED, "MessageSid", "SM1", "MessageStatus", "failed"))
                .isEqualTo(
                        new DeliveryReport(Kind.UNDELIVERED, 2, "SM1", ErrorClass.PERMANENT_RECIPIENT, "failed", ""));
    }

    @Test
    void aStatusNobodyKnowsIsTakenAndIgnored() {
        WebhookResult.Understood understood =
                understood(signed(NAMED, "MessageSid", "SM1", "MessageStatus", "teleported"));
        assertThat(understood.reports()).isEmpty();
        assertThat(understood.inbound()).isEmpty();
    }

    @Test
    void theOlderNameOfTheStatusCountsToo() {
        assertThat(report(NAMED, "MessageSid", "SM1", "SmsStatus", "delivered").kind())
                .isEqualTo(Kind.DELIVERED);
    }

    private WebhookResult.Understood inbound(String body, @Nullable String optOutType) {
        return understood(
                optOutType == null
                        ? signed(
                                URL,
                                "MessageSid",
                                "SM2",
                                "SmsStatus",
                                "received",
                                "From",
                                Samples.TO,
                                "To",
                                Samples.FROM,
                                "Body",
                                body)
                        : signed(
                                URL,
                                "MessageSid",
                                "SM2",
                                "SmsStatus",
                                "received",
                                "From",
                                Samples.TO,
                                "To",
                                Samples.FROM,
                                "Body",
                                body,
                                "OptOutType",
                                optOutType));
    }

    @Test
    void whatAPersonWroteIsAnsweredInTwiml() {
        WebhookResult.Understood understood = inbound("Hello 😀", null);
        assertThat(understood.reports()).isEmpty();
        assertThat(understood.inbound())
                .containsExactly(
                        new WebhookResult.Inbound(Channel.SMS, "SM2", Samples.TO, Samples.FROM, "Hello 😀", null));
        assertThat(understood.response())
                .isEqualTo(new WebhookResult.Response(
                        "text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"));
    }

    @ParameterizedTest
    @CsvSource({"STOP, STOP", "START, START", "HELP,", "stop,"})
    void whatTwilioMadeOfItCounts(String optOutType, @Nullable String keyword) {
        assertThat(inbound("please no", optOutType).inbound().getFirst().keyword())
                .isEqualTo(keyword);
    }

    @Test
    void textThatNoDatabaseHoldsIsMended() {
        assertThat(inbound("a\u0000b", null).inbound().getFirst().text()).isEqualTo("a\ufffdb");
    }

    @Test
    void aStatusCallbackIsAnsweredWithNothing() {
        assertThat(understood(signed(NAMED, "MessageSid", "SM1", "MessageStatus", "sent"))
                        .response())
                .isEqualTo(WebhookResult.Response.EMPTY);
    }

    @Test
    void withoutASignatureNothingIsBelieved() {
        assertThat(adapter.webhook(callback(NAMED, FORM, "MessageSid=SM1&MessageStatus=delivered")))
                .isInstanceOf(WebhookResult.Forged.class);
    }

    @Test
    void withAWrongSignatureNothingIsBelieved() {
        WebhookRequest right = signed(NAMED, "MessageSid", "SM1", "MessageStatus", "delivered");
        WebhookRequest tampered = new WebhookRequest(
                right.url().replace("msg-1", "msg-2"), right.query(), right.headers(), FORM, right.body());
        assertThat(adapter.webhook(tampered)).isInstanceOf(WebhookResult.Forged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "MessageSid=%zz", "a=%E", "=%"})
    void aMangledFormProvesNothing(String body) {
        assertThat(adapter.webhook(callback(NAMED, FORM, body, "x-twilio-signature", "x")))
                .isInstanceOf(WebhookResult.Forged.class);
    }

    @Test
    void whatIsSignedAndMakesNoSenseIsGarbage() {
        assertThat(adapter.webhook(signed(NAMED, "MessageStatus", "delivered")))
                .isInstanceOf(WebhookResult.Garbage.class);
        assertThat(adapter.webhook(signed(NAMED, "MessageSid", "a b", "MessageStatus", "sent")))
                .isInstanceOf(WebhookResult.Garbage.class);
        assertThat(adapter.webhook(signed(URL, "MessageSid", "SM2", "SmsStatus", "received")))
                .as("nobody wrote it")
                .isInstanceOf(WebhookResult.Garbage.class);
        assertThat(adapter.webhook(signed(URL, "MessageSid", "SM2", "SmsStatus", "received", "From", "+1\u0000")))
                .isInstanceOf(WebhookResult.Garbage.class);
    }

    @Test
    void jsonThatIsSignedIsGarbage() {
        String body = "[{\"type\":\"com.twilio.messaging.message.delivered\"}]";
        String hash =
                java.util.HexFormat.of().formatHex(io.herald.kernel.Ids.sha256(body.getBytes(StandardCharsets.UTF_8)));
        String url = URL + "?bodySHA256=" + hash;
        String signature = TwilioSignature.sign(Samples.TOKEN, url);
        assertThat(adapter.webhook(callback(url, "application/json", body, "x-twilio-signature", signature)))
                .isInstanceOf(WebhookResult.Garbage.class);
        assertThat(adapter.webhook(callback(url, "application/json", body + " ", "x-twilio-signature", signature)))
                .isInstanceOf(WebhookResult.Forged.class);
    }

    @Test
    void anAccountIsKnownByItsSid() {
        Twilio twilio = new Twilio();
        assertThat(twilio.accountKeyOf(callback(URL, FORM, "AccountSid=AC1&AccountSid=AC2")))
                .contains("AC1");
        assertThat(twilio.accountKeyOf(callback(URL, FORM, "x=1"))).isEmpty();
        assertThat(twilio.accountKeyOf(callback(URL, FORM, "AccountSid=%"))).isEmpty();
        assertThat(twilio.accountKeyOf(callback(URL, "application/json", "AccountSid=AC1")))
                .isEmpty();
        assertThat(twilio.accountKey(Map.of("account_sid", "AC1"))).contains("AC1");
    }
}
