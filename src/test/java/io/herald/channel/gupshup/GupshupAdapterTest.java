package io.herald.channel.gupshup;

import static io.herald.channel.Samples.gupshup;
import static io.herald.channel.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.channel.Adapter;
import io.herald.channel.CallbackUrls;
import io.herald.channel.ErrorTable;
import io.herald.channel.FakeProviderHttp;
import io.herald.channel.ProviderHttp;
import io.herald.channel.Samples;
import io.herald.channel.SendRequest;
import io.herald.channel.VendorWords;
import io.herald.channel.WebhookRequest;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to Gupshup's two unrelated APIs, and what is made of what comes back. */
class GupshupAdapterTest {
    private static final String SUBMITTED = "{\"status\":\"submitted\",\"messageId\":\"g-1\"}";
    private static final String SUCCESS =
            "{\"response\":{\"id\":\"0012-34\",\"phone\":\"14155550100\",\"details\":\"\",\"status\":\"success\"}}";

    private final FakeProviderHttp http = new FakeProviderHttp();

    private Adapter adapter(@Nullable String baseUrl, @Nullable String sender) {
        return new Gupshup()
                .open(gupshup(baseUrl, sender, Channel.RCS, Channel.SMS), http, new CallbackUrls(Samples.PUBLIC_URL));
    }

    private SendResult send(SendRequest request) {
        return adapter(null, "ACME").send(request).toCompletableFuture().join();
    }

    private static SendRequest rcs(Content content) {
        return request(Channel.RCS, content);
    }

    private static SendRequest sms(String body) {
        return request(Channel.SMS, Content.text(body));
    }

    private JsonNode json() {
        return VendorWords.json(http.only().body());
    }

    private static JsonNode json(String text) {
        return VendorWords.json(text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, List<String>> form() {
        return new WebhookRequest("", Map.of(), Map.of(), "", http.only().body()).form();
    }

    @Test
    void aCardHasTheShapeThatGupshupsRcsTakes() {
        http.then(202, SUBMITTED);
        Content.Card card = new Content.Card(
                "Summer sale", "Half price, today only", new Content.Media("https://cdn.example/a.jpg", "image/jpeg"));
        Content content = new Content(
                null,
                null,
                null,
                card,
                List.of(new Content.Suggestion("action", "Shop now", "https://shop.example/?a=1&b=2")));
        send(rcs(content));
        assertThat(json()).isEqualTo(json("""
                {"channel":"rcs","source":"ACME","destination":"14155550100",
                 "message":{"type":"card","payload":{
                   "title":"Summer sale","description":"Half price, today only",
                   "media":{"url":"https://cdn.example/a.jpg","contentType":"image/jpeg"},
                   "suggestions":[{"type":"action","text":"Shop now","action":{"type":"url","url":"https://shop.example/?a=1&b=2"}}]}}}
                """));
    }

    @Test
    void anRcsCallIsJsonWithTheAccountsKey() {
        http.then(202, SUBMITTED);
        send(rcs(Content.text("Hi")));
        ProviderHttp.Call call = http.only();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.url()).isEqualTo("https://api.gupshup.io/wa/api/v1/msg");
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(call.headers())
                .containsEntry("apikey", Samples.API_KEY)
                .containsEntry("Idempotency-Key", "idem-msg-1-0");
    }

    @Test
    void aTextNeedsNoCard() {
        http.then(202, SUBMITTED);
        send(rcs(Content.text("Grüße \"an\" alle\n😀")));
        assertThat(json().path("message"))
                .isEqualTo(json("{\"type\":\"text\",\"text\":\"Grüße \\\"an\\\" alle\\n😀\"}"));
    }

    @Test
    void aCardWithoutADescriptionShowsTheBody() {
        http.then(202, SUBMITTED);
        send(rcs(new Content("Body", null, null, new Content.Card("Title", null, null), List.of())));
        assertThat(json().path("message").path("payload"))
                .isEqualTo(json("{\"title\":\"Title\",\"description\":\"Body\"}"));
    }

    @Test
    void aTextWithButtonsIsACard() {
        http.then(202, SUBMITTED);
        send(rcs(new Content(
                "Body", null, null, null, List.of(new Content.Suggestion("action", "Go", "https://x.example")))));
        assertThat(json().path("message").path("type").asText()).isEqualTo("card");
        assertThat(json().path("message").path("payload").path("description").asText())
                .isEqualTo("Body");
    }

    @Test
    void theMessagesSenderGoesBeforeTheAccounts() {
        http.then(202, SUBMITTED);
        send(request(Channel.RCS, Samples.TO, "OTHER", Content.text("Hi"), Samples.STARTED));
        assertThat(json().path("source").asText()).isEqualTo("OTHER");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202})
    void anRcsSuccessIsAccepted(int status) {
        http.then(status, SUBMITTED);
        assertThat(send(rcs(Content.text("Hi")))).isEqualTo(new SendResult.Accepted("g-1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "<html>",
                "{\"status\":\"submitted\"}",
                "{\"messageId\":null}",
                "{\"messageId\":\"a\\u0000\"}"
            })
    void anRcsSuccessThatCannotBeReadMayHaveSent(String body) {
        http.then(202, body);
        assertThat(send(rcs(Content.text("Hi")))).isInstanceOf(SendResult.Unknown.class);
    }

    @Test
    void anErrorIsARefusalWhateverItsStatus() {
        http.then(200, "{\"status\":\"error\",\"code\":1003,\"message\":\"Wallet low\"}");
        assertThat(send(rcs(Content.text("Hi"))))
                .isEqualTo(new SendResult.Rejected(ErrorClass.PERMANENT_CONFIG, "1003", "Wallet low", null));
    }

    @ParameterizedTest
    @CsvSource({
        "400, 1002, CHANNEL_UNAVAILABLE",
        "400, 1008, PERMANENT_RECIPIENT",
        "400, 1012, OPTED_OUT",
        "400, 4001, THROTTLED",
        "400, 7777, PERMANENT_ROUTE",
        "500, 7777, RETRYABLE"
    })
    void anRcsRefusalGoesByItsCodeThenByItsStatus(int status, String code, ErrorClass expected) {
        http.then(status, "{\"status\":\"error\",\"code\":" + code + ",\"message\":\"919812345678 is out\"}");
        assertThat(send(rcs(Content.text("Hi")))).isEqualTo(new SendResult.Rejected(expected, code, "… is out", null));
    }

    @ParameterizedTest
    @CsvSource({"400, PERMANENT_ROUTE", "401, PERMANENT_CONFIG", "429, THROTTLED", "503, RETRYABLE"})
    void anRcsRefusalWithoutACodeGoesByItsStatus(int status, ErrorClass expected) {
        http.then(status, "{\"status\":\"error\",\"message\":\"No\"}", "retry-after", "3");
        assertThat(send(rcs(Content.text("Hi"))))
                .isEqualTo(new SendResult.Rejected(expected, "http-" + status, "No", Duration.ofSeconds(3)));
    }

    @Test
    void anSmsIsAFormToTheGateway() {
        http.then(200, SUCCESS);
        send(sms("Hi & bye"));
        assertThat(http.only().url()).isEqualTo("https://enterprise.smsgupshup.com/GatewayAPI/rest");
        assertThat(http.only().contentType()).isEqualTo("application/x-www-form-urlencoded");
        assertThat(form())
                .isEqualTo(Map.ofEntries(
                        Map.entry("method", List.of("SendMessage")),
                        Map.entry("send_to", List.of("14155550100")),
                        Map.entry("msg", List.of("Hi & bye")),
                        Map.entry("msg_type", List.of("TEXT")),
                        Map.entry("userid", List.of("2000191999")),
                        Map.entry("password", List.of("pa ss&word")),
                        Map.entry("auth_scheme", List.of("plain")),
                        Map.entry("v", List.of("1.1")),
                        Map.entry("format", List.of("json")),
                        Map.entry("mask", List.of("ACME"))));
    }

    @Test
    void anSmsBeyondTheGsmAlphabetSaysSo() {
        http.then(200, SUCCESS);
        send(sms("Привет 😀"));
        assertThat(form())
                .containsEntry("msg_type", List.of("Unicode_Text"))
                .containsEntry("msg", List.of("Привет 😀"));
    }

    @Test
    void withoutASenderTheGatewayChoosesOne() {
        http.then(200, SUCCESS);
        adapter("http://127.0.0.1:9090", null).send(sms("Hi"));
        assertThat(http.only().url()).isEqualTo("http://127.0.0.1:9090/GatewayAPI/rest");
        assertThat(form()).doesNotContainKey("mask");
    }

    @ParameterizedTest
    @ValueSource(strings = {SUCCESS, "success | 14155550100 | 0012-34", "success | 14155550100 | 0012-34\n"})
    void anSmsSuccessIsAcceptedInBothForms(String body) {
        http.then(200, body);
        assertThat(send(sms("Hi"))).isEqualTo(new SendResult.Accepted("0012-34"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "success",
                "success | 14155550100 | ",
                "success|14155550100|1",
                "maybe | 1 | 2",
                "<html> | a | b",
                "{\"response\":{\"status\":\"success\"}}",
                "{\"response\":{\"status\":\"pending\",\"id\":\"1\"}}"
            })
    void anSmsAnswerInNoKnownFormMayHaveSent(String body) {
        http.then(200, body);
        assertThat(send(sms("Hi"))).isInstanceOf(SendResult.Unknown.class);
    }

    @Test
    void aRefusalOfTheGatewayComesWith200() {
        http.then(200, "error | 102 | Authentication failed due to invalid userid or password")
                .then(
                        200,
                        "{\"response\":{\"id\":\"105\",\"phone\":\"\",\"details\":\"14155550100 is not valid\",\"status\":\"error\"}}")
                .then(200, "error | 999 | Who knows");
        Adapter adapter = adapter(null, null);
        assertThat(adapter.send(sms("Hi")).toCompletableFuture().join())
                .isEqualTo(new SendResult.Rejected(
                        ErrorClass.PERMANENT_CONFIG,
                        "102",
                        "Authentication failed due to invalid userid or password",
                        null));
        assertThat(adapter.send(sms("Hi")).toCompletableFuture().join())
                .isEqualTo(new SendResult.Rejected(ErrorClass.PERMANENT_RECIPIENT, "105", "… is not valid", null));
        assertThat(adapter.send(sms("Hi")).toCompletableFuture().join())
                .isEqualTo(new SendResult.Rejected(ErrorClass.PERMANENT_ROUTE, "999", "Who knows", null));
    }

    @ParameterizedTest
    @CsvSource({"401, PERMANENT_CONFIG", "429, THROTTLED", "500, RETRYABLE", "503, RETRYABLE"})
    void anSmsGoesByTheStatusWhereThatIsNo200(int status, ErrorClass expected) {
        http.then(status, "error | 100 | Unknown error", "retry-after", "2");
        assertThat(send(sms("Hi")))
                .isEqualTo(
                        new SendResult.Rejected(expected, "http-" + status, "HTTP " + status, Duration.ofSeconds(2)));
    }

    @Test
    void aLostCallIsUnknownAndOneThatNeverLeftMayBeRepeated() {
        for (SendRequest request : List.of(rcs(Content.text("Hi")), sms("Hi"))) {
            http.then(new ProviderHttp.NoAnswer("silence")).then(new ProviderHttp.NotConnected("refused"));
            assertThat(send(request)).isEqualTo(new SendResult.Unknown("no_answer", "silence"));
            assertThat(send(request))
                    .isEqualTo(new SendResult.Rejected(ErrorClass.RETRYABLE, "connect", "refused", null));
        }
    }

    @Test
    void gupshupCannotBeAsked() {
        assertThat(adapter(null, null).lookUp(sms("Hi")).toCompletableFuture().join())
                .isEqualTo(new LookUp.NotSupported());
        assertThat(http.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "500, RETRYABLE",
        "1002, CHANNEL_UNAVAILABLE",
        "1003, PERMANENT_CONFIG",
        "1004, PERMANENT_CONTENT",
        "1005, PERMANENT_CONTENT",
        "1006, PERMANENT_CONTENT",
        "1007, PERMANENT_CONTENT",
        "1008, PERMANENT_RECIPIENT",
        "1010, PERMANENT_CONTENT",
        "1011, PERMANENT_CONTENT",
        "1012, OPTED_OUT",
        "4001, THROTTLED",
        "4002, RETRYABLE",
        "4003, PERMANENT_CONTENT",
        "102, PERMANENT_CONFIG",
        "105, PERMANENT_RECIPIENT",
        "UNKNOWN_SUBSCRIBER, PERMANENT_RECIPIENT"
    })
    void everyDocumentedCodeIsInItsClass(String code, ErrorClass expected) {
        assertThat(ErrorTable.load(GupshupAdapter.class, "errors.properties").of(code))
                .contains(expected);
    }

    @Test
    void contentMustHaveSomethingToShow() {
        Gupshup gupshup = new Gupshup();
        Content nothing = new Content(null, null, null, null, List.of());
        Content card = new Content(null, null, null, new Content.Card("Title", null, null), List.of());
        assertThat(gupshup.objection(Channel.RCS, nothing)).isPresent();
        assertThat(gupshup.objection(Channel.RCS, card)).isEmpty();
        assertThat(gupshup.objection(Channel.RCS, Content.text("Hi"))).isEmpty();
        assertThat(gupshup.objection(Channel.SMS, nothing)).isPresent();
        assertThat(gupshup.objection(Channel.SMS, Content.text(""))).isPresent();
        assertThat(gupshup.objection(Channel.SMS, card)).isEmpty();
    }
}
