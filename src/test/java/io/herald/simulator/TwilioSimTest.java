package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioSimTest {
    private static final String SERVICE = "MG00000000000000000000000000000001";

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig("");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aSendIsAnsweredWithTheWholeResource() {
        HttpResponse<String> answer = rig.sms("Body", "Hi ü");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode message = Rig.json(answer.body());
        assertThat(message.path("sid").asText()).matches("SM[0-9a-f]{32}");
        assertThat(message.path("account_sid").asText()).isEqualTo(Rig.SID);
        assertThat(message.path("to").asText()).isEqualTo(Rig.TO);
        assertThat(message.path("from").asText()).isEqualTo(Rig.FROM);
        assertThat(message.path("body").asText()).isEqualTo("Hi ü");
        assertThat(message.path("status").asText()).isEqualTo("queued");
        assertThat(message.path("num_segments")).isEqualTo(Rig.json("\"1\""));
        assertThat(message.path("num_media")).isEqualTo(Rig.json("\"0\""));
        for (String none :
                List.of("messaging_service_sid", "price", "price_unit", "error_code", "error_message", "date_sent")) {
            assertThat(message.path(none).isNull()).as(none).isTrue();
        }
        assertThat(DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.US)
                        .parse(message.path("date_created").asText()))
                .isNotNull();
        String uri = "/2010-04-01/Accounts/" + Rig.SID + "/Messages/"
                + message.path("sid").asText();
        assertThat(message.path("uri").asText()).isEqualTo(uri + ".json");
        assertThat(message.path("subresource_uris").path("media").asText()).isEqualTo(uri + "/Media.json");
    }

    @Test
    void aMessagingServicePicksTheSenderLater() {
        JsonNode message =
                Rig.json(rig.sms("From", "", "MessagingServiceSid", SERVICE).body());
        assertThat(message.path("status").asText()).isEqualTo("accepted");
        assertThat(message.path("num_segments").asText()).isEqualTo("0");
        assertThat(message.path("from").isNull()).isTrue();
        assertThat(message.path("messaging_service_sid").asText()).isEqualTo(SERVICE);
    }

    @ParameterizedTest
    @CsvSource({
        "To, '', 21604",
        "To, 14155550100, 21211",
        "To, +04155550100, 21211",
        "To, +1415555, 0",
        "To, +1415, 21211",
        "From, '', 21603",
        "From, +1, 21212",
        "From, ACME Corp, 0",
        "From, 12345, 0",
        "From, a name too long, 21212",
        "MessagingServiceSid, MG1, 21705",
        "Body, '', 21602",
        "StatusCallback, /relative, 21609",
        "StatusCallback, ftp://example.com/, 21609",
        "StatusCallback, http://under_score.example.com/, 21609",
        "StatusCallback, http://example.com/#rc=2&rp=all, 0",
        "ValidityPeriod, 36001, 21624",
        "MediaUrl, nonsense, 21620",
        "ContentSid, HX1, 21655",
        "ContentVariables, [1], 21656"
    })
    void parametersAreCheckedStrictly(String name, String value, int code) {
        HttpResponse<String> answer = rig.sms(name, value);
        if (code == 0) {
            assertThat(answer.statusCode()).isEqualTo(201);
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = Rig.json(answer.body());
        assertThat(error.path("code").isInt()).isTrue();
        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("status").asInt()).isEqualTo(400);
        assertThat(error.path("message").asText()).isNotEmpty();
        assertThat(error.path("more_info").asText()).isEqualTo("https://www.twilio.com/docs/errors/" + code);
        assertThat(rig.account(Rig.SID).rejected()).isEqualTo(1);
    }

    @Test
    void aBodyOf1600CharactersIsTheLongest() {
        assertThat(rig.sms("Body", "😀".repeat(1_600)).statusCode()).isEqualTo(201);
        assertThat(Rig.json(rig.sms("Body", "a".repeat(1_601)).body())
                        .path("code")
                        .asInt())
                .isEqualTo(21617);
    }

    @Test
    void jsonInPlaceOfAFormMissesTo() {
        HttpRequest request = HttpRequest.newBuilder(rig.smsRequest().uri())
                .header("Authorization", Rig.basic(Rig.SID, Rig.TOKEN))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"To\":\"" + Rig.TO + "\"}"))
                .build();
        assertThat(Rig.json(rig.call(request).body()).path("code").asInt()).isEqualTo(21604);
    }

    @ParameterizedTest
    @CsvSource({Rig.SID + ", badtoken, 401", Rig.SID + ", '', 401", "AC2, token, 401", Rig.SID + ", token, 201"})
    void credentialsMustFitTheAccount(String user, String password, int status) {
        HttpResponse<String> answer = rig.call(rig.twilioRequest(Rig.SID, user, password, Rig.smsForm()));
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(Rig.json(answer.body()).path("code").asInt()).isEqualTo(20003);
            assertThat(rig.account(Rig.SID).accepted()).isZero();
        }
    }

    @Test
    void otherPathsAreNotFound() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(rig.base + "/2010-04-01/Accounts/AC1/Calls.json"))
                .build();
        HttpResponse<String> answer = rig.call(request);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Rig.json(answer.body()).path("code").asInt()).isEqualTo(20404);
        HttpRequest strange = rig.twilioRequest("XX1", "XX1", Rig.TOKEN, Rig.smsForm());
        assertThat(rig.call(strange).statusCode()).isEqualTo(404);
    }

    @Test
    void theListFindsARecipientsMessagesNewestFirst() {
        rig.sms("Body", "first");
        rig.sms("To", "+14155550101");
        rig.sms("Body", "second");
        String today = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
        JsonNode page = Rig.json(rig.twilioGet(
                        "/Messages.json?To=%2B14155550100&From=%2B15005550006&DateSent%3E=" + today + "&PageSize=20")
                .body());
        assertThat(page.path("messages").findValuesAsText("body")).containsExactly("second", "first");
        assertThat(page.path("page").asInt()).isZero();
        assertThat(page.path("page_size").asInt()).isEqualTo(20);
        assertThat(page.path("end").asInt()).isEqualTo(1);
        assertThat(page.path("next_page_uri").isNull()).isTrue();
        assertThat(page.has("first_page_uri") && page.has("previous_page_uri") && page.has("start") && page.has("uri"))
                .isTrue();
    }

    @Test
    void theListGoesPageByPage() {
        for (String body : List.of("a", "b", "c")) {
            rig.sms("Body", body);
        }
        JsonNode first = Rig.json(rig.twilioGet("/Messages.json?PageSize=2").body());
        assertThat(first.path("messages").findValuesAsText("body")).containsExactly("c", "b");
        String next = first.path("next_page_uri").asText();
        assertThat(next).startsWith("/2010-04-01/Accounts/" + Rig.SID);
        JsonNode second = Rig.json(
                rig.twilioGet(next.substring(next.indexOf("/Messages"))).body());
        assertThat(second.path("messages").findValuesAsText("body")).containsExactly("a");
        assertThat(second.path("next_page_uri").isNull()).isTrue();
    }

    @Test
    void datesOutsideTheRangeAreLeftOut() {
        rig.sms();
        String tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(2).toString();
        assertThat(messages("DateSent%3E=" + tomorrow)).isZero();
        assertThat(messages("DateSent%3E=" + tomorrow + "T00:00:00Z")).isZero();
        assertThat(messages("DateSent%3C=" + tomorrow)).isEqualTo(1);
        assertThat(messages("DateSent=" + tomorrow)).isZero();
        assertThat(rig.twilioGet("/Messages.json?DateSent=yesterday").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aMessageIsFetchedByItsSidAndReachesItsFinalState() {
        String sid = Rig.json(rig.sms().body()).path("sid").asText();
        Rig.await("delivered", () -> fetched(sid).path("status").asText().equals("delivered"));
        assertThat(fetched(sid).path("date_sent").isTextual()).isTrue();
        assertThat(rig.twilioGet("/Messages/SM00000000000000000000000000000000.json")
                        .statusCode())
                .isEqualTo(404);
    }

    private JsonNode fetched(String sid) {
        return Rig.json(rig.twilioGet("/Messages/" + sid + ".json").body());
    }

    private int messages(String query) {
        return Rig.json(rig.twilioGet("/Messages.json?" + query).body())
                .path("messages")
                .size();
    }
}
