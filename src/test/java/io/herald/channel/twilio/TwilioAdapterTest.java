package io.herald.channel.twilio;

import static io.herald.channel.Samples.request;
import static io.herald.channel.Samples.twilio;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.Adapter;
import io.herald.channel.CallbackUrls;
import io.herald.channel.FakeProviderHttp;
import io.herald.channel.ProviderHttp;
import io.herald.channel.Samples;
import io.herald.channel.SendRequest;
import io.herald.channel.WebhookRequest;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to Twilio, and what is made of what comes back. */
class TwilioAdapterTest {
    private static final String ACCEPTED = "{\"sid\":\"SM1\",\"status\":\"queued\",\"error_code\":null}";

    private final FakeProviderHttp http = new FakeProviderHttp();

    private Adapter adapter(@Nullable String baseUrl, @Nullable String sender) {
        return new Twilio().open(twilio(baseUrl, sender), http, new CallbackUrls(Samples.PUBLIC_URL));
    }

    private SendResult send(SendRequest request) {
        return adapter(null, Samples.FROM).send(request).toCompletableFuture().join();
    }

    private static SendRequest hi() {
        return request(Channel.SMS, Content.text("Hi & bye = 100% +1 😀"));
    }

    private Map<String, List<String>> form() {
        byte[] body = http.only().body();
        return new WebhookRequest("", Map.of(), Map.of(), "", body).form();
    }

    @Test
    void aMessageIsAFormToTheAccountsMessages() {
        http.then(201, ACCEPTED);
        send(hi());
        ProviderHttp.Call call = http.only();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.url())
                .isEqualTo(
                        "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json");
        assertThat(call.contentType()).isEqualTo("application/x-www-form-urlencoded");
        assertThat(form())
                .containsOnlyKeys("To", "From", "Body", "StatusCallback")
                .containsEntry("To", List.of(Samples.TO))
                .containsEntry("From", List.of(Samples.FROM))
                .containsEntry("Body", List.of("Hi & bye = 100% +1 😀"));
    }

    @Test
    void theCallCarriesCredentialsAndTheIdempotencyKey() {
        http.then(201, ACCEPTED);
        send(hi());
        String basic = Base64.getEncoder()
                .encodeToString((Samples.SID + ":" + Samples.TOKEN).getBytes(StandardCharsets.UTF_8));
        assertThat(http.only().headers())
                .containsEntry("Authorization", "Basic " + basic)
                .containsEntry("Idempotency-Key", "idem-msg-1-0");
    }

    @Test
    void theStatusCallbackNamesTheMessageAndTheAttempt() {
        http.then(201, ACCEPTED);
        send(hi());
        assertThat(form().get("StatusCallback"))
                .containsExactly("https://herald.example.com/api/v1/webhooks/twilio/acc-twilio"
                        + "?tenant=acme&message=msg-1&attempt=2#rc=5&rp=5xx,ct,rt");
    }

    @Test
    void theBaseUrlReplacesTheVendorsHost() {
        http.then(201, ACCEPTED);
        adapter("http://127.0.0.1:9090", null).send(hi());
        assertThat(http.only().url()).startsWith("http://127.0.0.1:9090/2010-04-01/Accounts/AC");
        assertThat(form()).doesNotContainKeys("From", "MessagingServiceSid");
    }

    @Test
    void theMessagesSenderGoesBeforeTheAccounts() {
        http.then(201, ACCEPTED);
        send(request(Channel.SMS, Samples.TO, "ACME", Content.text("Hi"), Samples.STARTED));
        assertThat(form()).containsEntry("From", List.of("ACME"));
    }

    @Test
    void aMessagingServiceIsNoNumber() {
        http.then(201, ACCEPTED);
        adapter(null, "MG0123456789abcdef0123456789abcdef").send(hi());
        assertThat(form())
                .containsEntry("MessagingServiceSid", List.of("MG0123456789abcdef0123456789abcdef"))
                .doesNotContainKey("From");
    }

    @Test
    void aCardGoesAsText() {
        http.then(201, ACCEPTED);
        Content.Card card =
                new Content.Card("Sale", "Half price", new Content.Media("https://x.example/a.png", "image/png"));
        send(request(Channel.SMS, new Content(null, null, null, card, List.of())));
        assertThat(form()).containsEntry("Body", List.of("Sale\nHalf price\nhttps://x.example/a.png"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202})
    void aSuccessIsAccepted(int status) {
        http.then(status, ACCEPTED);
        assertThat(send(hi())).isEqualTo(new SendResult.Accepted("SM1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{}",
                "{\"sid\":null}",
                "{\"sid\":\"\"}",
                "[]",
                "{\"sid\":\"a\\u0000\"}",
                "{\"sid\":{}}"
            })
    void aSuccessThatCannotBeReadMayHaveSent(String body) {
        http.then(201, body);
        assertThat(send(hi()))
                .isInstanceOfSatisfying(
                        SendResult.Unknown.class,
                        unknown -> assertThat(unknown.code()).isEqualTo("garbage"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, 21211, PERMANENT_RECIPIENT",
        "400, 21610, OPTED_OUT",
        "400, 21617, PERMANENT_CONTENT",
        "400, 21606, PERMANENT_ROUTE",
        "400, 21611, THROTTLED",
        "401, 20003, PERMANENT_CONFIG",
        "429, 20429, THROTTLED",
        "500, 20500, RETRYABLE",
        "400, 99999, PERMANENT_ROUTE",
        "403, 99999, PERMANENT_CONFIG",
        "503, 99999, RETRYABLE"
    })
    void aRefusalGoesByItsCodeThenByItsStatus(int status, int code, ErrorClass expected) {
        http.then(status, "{\"code\":%d,\"message\":\"No %d\",\"status\":%d}".formatted(code, 7, status));
        assertThat(send(hi())).isEqualTo(new SendResult.Rejected(expected, Integer.toString(code), "No 7", null));
    }

    @ParameterizedTest
    @CsvSource({
        "400, PERMANENT_ROUTE",
        "401, PERMANENT_CONFIG",
        "404, PERMANENT_CONFIG",
        "429, THROTTLED",
        "502, RETRYABLE"
    })
    void aRefusalThatCannotBeReadGoesByItsStatus(int status, ErrorClass expected) {
        http.then(status, "<html>no</html>");
        assertThat(send(hi())).isEqualTo(new SendResult.Rejected(expected, "http-" + status, "HTTP " + status, null));
    }

    @Test
    void retryAfterIsPassedOn() {
        http.then(429, "{\"code\":20429}", "retry-after", "7");
        assertThat(send(hi()))
                .isEqualTo(new SendResult.Rejected(ErrorClass.THROTTLED, "20429", "HTTP 429", Duration.ofSeconds(7)));
    }

    @Test
    void aRefusalQuotesNoNumberAndIsShort() {
        http.then(400, "{\"code\":21211,\"message\":\"Invalid 'To': +14155550100 " + "x".repeat(400) + "\"}");
        assertThat(send(hi()))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class,
                        rejected -> assertThat(rejected.detail())
                                .hasSize(300)
                                .startsWith("Invalid 'To': … x")
                                .doesNotContain("4155550100"));
    }

    @Test
    void aRefusalWithWhatNoDatabaseHoldsIsStillOne() {
        http.then(400, "{\"code\":\"2\\u00001\",\"message\":\"a\\u0000b\\ud83d\"}");
        assertThat(send(hi()))
                .isEqualTo(new SendResult.Rejected(ErrorClass.PERMANENT_ROUTE, "http-400", "a\ufffdb\ufffd", null));
    }

    @Test
    void whatNeverLeftMayBeRepeated() {
        http.then(new ProviderHttp.NotConnected("no connection"));
        assertThat(send(hi()))
                .isEqualTo(new SendResult.Rejected(ErrorClass.RETRYABLE, "connect", "no connection", null));
    }

    @Test
    void whatWasNotAnsweredIsUnknown() {
        http.then(new ProviderHttp.NoAnswer("no answer within 5 ms"));
        assertThat(send(hi())).isEqualTo(new SendResult.Unknown("no_answer", "no answer within 5 ms"));
    }

    private LookUp lookUp(String body) {
        http.then(200, body);
        return adapter(null, Samples.FROM).lookUp(hi()).toCompletableFuture().join();
    }

    private static String listed(String sid, String to, String body, String status, String created) {
        return """
                {"sid":"%s","to":"%s","body":"%s","status":"%s","date_created":"%s"}""".formatted(sid, to, body, status, created);
    }

    private static String ours(String status) {
        return listed("SM9", Samples.TO, "Hi & bye = 100% +1 😀", status, "Mon, 15 Jan 2024 12:30:00 +0000");
    }

    @Test
    void aLookUpAsksForTheRecipientsMessagesOfTheDay() {
        lookUp("{\"messages\":[]}");
        assertThat(http.only().method()).isEqualTo("GET");
        assertThat(http.only().url()).endsWith("/Messages.json?To=%2B14155550100&DateSent%3E=2024-01-15&PageSize=50");
        assertThat(http.only().headers()).containsKey("Authorization");
    }

    @Test
    void aLookUpJustAfterMidnightAsksForTheDayBefore() {
        http.then(200, "{\"messages\":[]}");
        Instant midnight = Instant.parse("2024-01-15T00:00:02Z");
        adapter(null, null)
                .lookUp(request(Channel.SMS, Samples.TO, null, Content.text("Hi"), midnight))
                .toCompletableFuture()
                .join();
        assertThat(http.only().url()).contains("DateSent%3E=2024-01-14");
    }

    @ParameterizedTest
    @CsvSource({
        "queued, ACCEPTED",
        "sent, SENT",
        "delivered, DELIVERED",
        "undelivered, UNDELIVERED",
        "failed, UNDELIVERED",
        "read, READ",
        "whatever,"
    })
    void theAttemptIsFoundWithHowFarItGot(String status, DeliveryReport.@Nullable Kind kind) {
        assertThat(lookUp("{\"messages\":[" + ours(status) + "]}")).isEqualTo(new LookUp.Found("SM9", kind));
    }

    @Test
    void othersInTheListAreNotTheAttempt() {
        String body = "Hi & bye = 100% +1 😀";
        String at = "Mon, 15 Jan 2024 12:30:00 +0000";
        assertThat(lookUp("{\"messages\":["
                        + String.join(
                                ",",
                                listed("SM1", "+14155550199", body, "sent", at),
                                listed("SM2", Samples.TO, "Hi", "sent", at),
                                listed("SM3", Samples.TO, body, "sent", "Mon, 15 Jan 2024 12:29:54 +0000"),
                                listed("", Samples.TO, body, "sent", at),
                                listed("SM4", Samples.TO, body, "sent", "yesterday"),
                                "{}",
                                "null")
                        + "]}"))
                .isEqualTo(new LookUp.Absent());
    }

    @Test
    void theirClockMayBeAMomentBehind() {
        String early = ours("sent").replace("12:30:00", "12:29:55");
        assertThat(lookUp("{\"messages\":[" + early + "]}"))
                .isEqualTo(new LookUp.Found("SM9", DeliveryReport.Kind.SENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "<html>", "{\"messages\":null}", "{\"messages\":{}}"})
    void aListThatCannotBeReadSaysNothing(String body) {
        assertThat(lookUp(body)).isEqualTo(new LookUp.Unavailable());
    }

    @Test
    void aLookUpThatIsRefusedOrLostSaysNothing() {
        Adapter adapter = adapter(null, null);
        http.then(500, "{\"messages\":[]}")
                .then(401, "{}")
                .then(new ProviderHttp.NoAnswer(""))
                .then(new ProviderHttp.NotConnected(""));
        for (int i = 0; i < 4; i++) {
            assertThat(adapter.lookUp(hi()).toCompletableFuture().join()).isEqualTo(new LookUp.Unavailable());
        }
    }

    @Test
    void aBodyIsNeededAndHasALength() {
        Twilio twilio = new Twilio();
        assertThat(twilio.objection(Channel.SMS, Content.text("Hi"))).isEmpty();
        assertThat(twilio.objection(Channel.SMS, Content.text("x".repeat(1600))))
                .isEmpty();
        assertThat(twilio.objection(Channel.SMS, Content.text("x".repeat(1601))))
                .isPresent();
        assertThat(twilio.objection(Channel.SMS, Content.text(""))).isPresent();
        assertThat(twilio.objection(Channel.SMS, new Content(null, null, null, null, List.of())))
                .isPresent();
    }
}
