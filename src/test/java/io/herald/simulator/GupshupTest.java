package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GupshupTest {
    static final String CARD = """
            {"channel":"rcs","source":"Acme","destination":"919800000001","message":{"type":"card","payload":{
            "title":"Sale","description":"Now","media":{"url":"https://example.com/a.png","contentType":"image/png"},
            "suggestions":[{"type":"action","text":"Open","action":{"type":"url","url":"https://example.com/"}}]}}}
            """;
    static final String TEXT = "{\"channel\":\"rcs\",\"source\":\"Acme\",\"destination\":\"919800000001\","
            + "\"message\":{\"type\":\"text\",\"text\":\"Hi\"}}";

    @Test
    void anRcsCardAndATextAreAccepted() {
        try (Rig rig = new Rig("")) {
            for (String body : List.of(CARD, TEXT)) {
                HttpResponse<String> answer = rig.rcs("key-1", body);
                assertThat(answer.statusCode()).isEqualTo(202);
                assertThat(Rig.json(answer.body()).path("status").asText()).isEqualTo("submitted");
                assertThat(Rig.json(answer.body()).path("messageId").asText())
                        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            }
            assertThat(rig.account("key-1").accepted()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "\"rcs\",\"whatsapp\"",
                "\"Acme\",\"\"",
                "\"919800000001\",\"+919800000001\"",
                "\"919800000001\",919800000001",
                "\"card\",\"carousel\"",
                "\"Sale\",\"\"",
                "https://example.com/a.png,a.png",
                "image/png,picture",
                "\"action\",\"button\"",
                "\"Open\",7",
                "https://example.com/\",example.com/\""
            })
    void rcsBodiesAreCheckedStrictly(String change) {
        int comma = change.indexOf(',');
        String body = comma < 0 ? change : CARD.replace(change.substring(0, comma), change.substring(comma + 1));
        assertThat(body).isNotEqualTo(CARD);
        try (Rig rig = new Rig("")) {
            HttpResponse<String> answer = rig.rcs("key-1", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(Rig.json(answer.body()).path("status").asText()).isEqualTo("error");
            assertThat(Rig.json(answer.body()).path("message").asText()).isNotEmpty();
        }
    }

    @Test
    void aBadApiKeyIsUnauthorized() {
        try (Rig rig = new Rig("")) {
            HttpResponse<String> answer = rig.rcs("bad-key", CARD);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(Rig.json(answer.body()).path("status").asText()).isEqualTo("error");
            assertThat(rig.control("GET", "/_audit/requests", "").body()).contains("\"outcome\":\"unauthorized\"");
        }
    }

    @Test
    void thePersonWithoutRcsIsAlwaysTheSame() {
        try (Rig rig = new Rig("incapable=0.5")) {
            List<Integer> once = statuses(rig);
            assertThat(once).contains(202, 400);
            assertThat(statuses(rig)).isEqualTo(once);
            rig.simulator.faults(Faults.parse("incapable=0.5,seed=7"));
            assertThat(statuses(rig)).isEqualTo(once);
            rig.simulator.faults(Faults.parse("incapable=1"));
            assertThat(Rig.json(rig.rcs("key-1", CARD).body()).path("code").asInt())
                    .isEqualTo(1002);
        }
    }

    @Test
    void callbacksGoThroughTheStatesInTheV2Envelope() {
        try (Rig rig = new Rig("callbacks=all,read=1,callback_delay=30ms");
                Hook hook = new Hook()) {
            rig.simulator.gupshupCallback("key-1", hook.url("/gupshup/token"));
            String id =
                    Rig.json(rig.rcs("key-1", CARD).body()).path("messageId").asText();
            List<JsonNode> events =
                    hook.next(4).stream().map(Hook.Arrival::json).toList();
            assertThat(events.stream().map(e -> e.path("payload").path("type").asText()))
                    .containsExactlyInAnyOrder("enqueued", "sent", "delivered", "read");
            for (JsonNode event : events) {
                assertThat(event.path("type").asText()).isEqualTo("message-event");
                assertThat(event.path("version").asInt()).isEqualTo(2);
                assertThat(event.path("timestamp").asLong()).isGreaterThan(1_600_000_000_000L);
                JsonNode payload = event.path("payload");
                assertThat(payload.path("destination").asText()).isEqualTo("919800000001");
                boolean early = payload.path("type").asText().equals("enqueued");
                assertThat(payload.path(early ? "id" : "gsId").asText()).isEqualTo(id);
                assertThat(payload.has("gsId")).isEqualTo(!early);
            }
        }
    }

    @Test
    void aFailureTellsItsCode() {
        try (Rig rig = new Rig("incapable=1,incapable_mode=failed");
                Hook hook = new Hook()) {
            rig.control("POST", "/_callbacks", "{\"account\":\"key-1\",\"url\":\"" + hook.url("/") + "\"}");
            HttpResponse<String> answer = rig.rcs("key-1", CARD);
            assertThat(answer.statusCode()).isEqualTo(202);
            JsonNode incapable = hook.next().json().path("payload");
            assertThat(incapable.path("id").asText())
                    .isEqualTo(Rig.json(answer.body()).path("messageId").asText());
            assertThat(incapable.has("gsId")).isFalse();
            assertThat(incapable.path("type").asText()).isEqualTo("failed");
            assertThat(incapable.path("payload").path("code").asInt()).isEqualTo(1002);
            assertThat(incapable.path("payload").path("reason").asText()).isNotEmpty();
            rig.simulator.faults(Faults.parse("undelivered=1"));
            rig.rcs("key-1", CARD);
            assertThat(hook.next().json().at("/payload/payload/code").asInt()).isEqualTo(1008);
            assertThat(rig.account("key-1").undelivered()).isEqualTo(2);
        }
    }

    @Test
    void withoutARegisteredUrlNothingIsReported() {
        try (Rig rig = new Rig("")) {
            rig.rcs("key-1", CARD);
            assertThat(rig.simulator.quiet()).isTrue();
        }
    }

    @Test
    void theGatewayAnswersInTextOrJson() {
        try (Rig rig = new Rig("")) {
            HttpResponse<String> text = rig.gateway(gateway("format", "text"));
            assertThat(text.statusCode()).isEqualTo(200);
            assertThat(text.body()).matches("success \\| 919800000001 \\| [0-9-]+");
            JsonNode json =
                    Rig.json(rig.gateway(gateway("format", "json")).body()).path("response");
            assertThat(json.path("status").asText()).isEqualTo("success");
            assertThat(json.path("phone").asText()).isEqualTo("919800000001");
            assertThat(json.path("id").isTextual()).isTrue();
            assertThat(json.path("details").asText()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"method", "send_to", "msg", "userid", "password", "v", "auth_scheme"})
    void theGatewayRequiresItsParametersAndAnswers200AllTheSame(String missing) {
        try (Rig rig = new Rig("")) {
            HttpResponse<String> answer = rig.gateway(gateway(missing, ""));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).matches("error \\| \\d+ \\| .*" + missing + ".*");
        }
    }

    @Test
    void theGatewayRefusesBadCredentialsAndNumbers() {
        try (Rig rig = new Rig("")) {
            assertThat(rig.gateway(gateway("password", "bad")).body()).startsWith("error | 102 | ");
            assertThat(rig.gateway(gateway("send_to", "+919800000001")).body()).startsWith("error | 105 | ");
            JsonNode json =
                    Rig.json(rig.gateway(gateway("v", "9", "format", "json")).body());
            assertThat(json.at("/response/status").asText()).isEqualTo("error");
            assertThat(rig.account("user-1").rejected()).isEqualTo(3);
        }
    }

    @Test
    void theGatewayReportsInAnArray() {
        try (Rig rig = new Rig("");
                Hook hook = new Hook()) {
            rig.simulator.gupshupCallback("user-1", hook.url("/dlr"));
            String id = rig.gateway(gateway("mask", "ACME")).body().substring("success | 919800000001 | ".length());
            JsonNode events = hook.next().json();
            assertThat(events.isArray()).isTrue();
            assertThat(events.size()).isEqualTo(1);
            JsonNode event = events.path(0);
            assertThat(event.path("externalId").asText()).isEqualTo(id);
            assertThat(event.path("eventType").asText()).isEqualTo("DELIVERED");
            assertThat(event.path("cause").asText()).isEqualTo("SUCCESS");
            assertThat(event.path("errCode").asText()).isEqualTo("000");
            assertThat(event.path("srcAddr").asText()).isEqualTo("ACME");
            assertThat(event.path("destAddr").asText()).isEqualTo("919800000001");
            rig.simulator.faults(Faults.parse("undelivered=1"));
            rig.gateway(gateway());
            JsonNode failed = hook.next().json().path(0);
            assertThat(failed.path("eventType").asText()).isEqualTo("FAILED");
            assertThat(failed.path("cause").asText()).isEqualTo("UNKNOWN_SUBSCRIBER");
        }
    }

    private static List<Integer> statuses(Rig rig) {
        return IntStream.range(0, 20)
                .mapToObj(i -> rig.rcs("key-1", TEXT.replace("00001\"", "%05d\"".formatted(i)))
                        .statusCode())
                .toList();
    }

    static String[] gateway(String... changes) {
        Map<String, String> fields = new TreeMap<>(Map.of(
                "method", "SendMessage",
                "send_to", "919800000001",
                "msg", "Hi",
                "userid", "user-1",
                "password", "secret",
                "v", "1.1",
                "auth_scheme", "plain",
                "msg_type", "TEXT"));
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], changes[i + 1]);
        }
        return fields.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new);
    }
}
