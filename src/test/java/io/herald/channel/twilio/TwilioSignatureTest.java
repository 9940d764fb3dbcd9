package io.herald.channel.twilio;

import static io.herald.channel.Samples.callback;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.WebhookRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures published in the test suites of Twilio's helper libraries, and some computed with its npm library 6.2.0. */
class TwilioSignatureTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";
    private static final String FRAGMENT = "#rc=5";

    private static final String PUBLIC = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static final String PUBLIC_TOKEN = "12345";
    private static final String CALL = form(
            "CallSid", "CA1234567890ABCDE",
            "Caller", "+14158675309",
            "Digits", "1234",
            "From", "+14158675309",
            "To", "+18005551212");

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String INBOUND = "https://hooks.example.com/webhooks/twilio/inbound";

    private static String form(String... namesAndValues) {
        return IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> encode(namesAndValues[2 * i]) + "=" + encode(namesAndValues[2 * i + 1]))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String inbound(String body, String... more) {
        String all = form(
                "AccountSid", "AC00000000000000000000000000000001",
                "From", "+14155550100",
                "To", "+15005550006",
                "MessageSid", "SM00000000000000000000000000000002",
                "SmsMessageSid", "SM00000000000000000000000000000002",
                "SmsSid", "SM00000000000000000000000000000002",
                "SmsStatus", "received",
                "Body", body,
                "NumMedia", "0",
                "NumSegments", "1",
                "ApiVersion", "2010-04-01");
        return more.length == 0 ? all : all + "&" + form(more);
    }

    private static boolean isValid(String token, WebhookRequest request, String signature) {
        return TwilioSignature.isValid(token, request, signature, FRAGMENT);
    }

    @Test
    @DisplayName("T1")
    void aFormIsSignedOverItsSortedFields() {
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL), "RSOYDt4T1cUTdK1PDd93/VVr8B8="))
                .isTrue();
    }

    @Test
    @DisplayName("T2")
    void aPortThatIsNoDefaultIsSigned() {
        String url = "http://mycompany.com:1234/myapp.php?foo=1&bar=2";
        assertThat(isValid(PUBLIC_TOKEN, callback(url, FORM, CALL), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="))
                .isTrue();
    }

    @Test
    @DisplayName("T3")
    void theDefaultPortOfHttpsMayHaveBeenSigned() {
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL), "kvajT1Ptam85bY51eRf/AJRuM3w="))
                .isTrue();
    }

    @Test
    @DisplayName("T4")
    void theDefaultPortOfHttpMayHaveBeenSigned() {
        String url = PUBLIC.replace("https", "http");
        assertThat(isValid(PUBLIC_TOKEN, callback(url, FORM, CALL), "0ZXoZLH/DfblKGATFgpif+LLRf4="))
                .isTrue();
    }

    @Test
    void aPortInThePublicUrlMayHaveBeenLeftOut() {
        String withPort = PUBLIC.replace("mycompany.com", "mycompany.com:443");
        assertThat(isValid(PUBLIC_TOKEN, callback(withPort, FORM, CALL), "RSOYDt4T1cUTdK1PDd93/VVr8B8="))
                .isTrue();
        assertThat(isValid(PUBLIC_TOKEN, callback(withPort, FORM, CALL), "kvajT1Ptam85bY51eRf/AJRuM3w="))
                .isTrue();
    }

    @Test
    void theDefaultPortOfTheOtherSchemeIsNoSpelling() {
        String signature = TwilioSignature.sign(PUBLIC_TOKEN, "https://mycompany.com:80/x");
        assertThat(isValid(PUBLIC_TOKEN, callback("https://mycompany.com/x", FORM, ""), signature))
                .isFalse();
    }

    @Test
    @DisplayName("T5")
    void withoutFieldsTheUrlAloneIsSigned() {
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, ""), "zYQTYrRWXE7LtzbG4PfP7/bkkGo="))
                .isTrue();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, "", ""), "zYQTYrRWXE7LtzbG4PfP7/bkkGo="))
                .isTrue();
    }

    @Test
    @DisplayName("T6")
    void valuesOfOneNameAreSignedOnceEachAndInOrder() {
        String body = form("Sid", "CA123", "SidAccount", "AC123", "Digits", "5678", "Digits", "1234", "Digits", "1234");
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, body), "IK+Dwps556ElfBT0I3Rgjkr1wJU="))
                .isTrue();
    }

    @Test
    @DisplayName("T7")
    void valuesAreSignedAsTheyWereBeforeTheEncoding() {
        String body = form(
                "Message", "Hello & goodbye! @#$%^*()",
                "From", "+1 (415) 867-5309",
                "Special", "unicode: ñáéíóú");
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, body), "dCPiR4WtQ6QFN6pJh81CtlCcWLQ="))
                .isTrue();
    }

    @Test
    @DisplayName("T8, T9")
    void jsonIsSignedByItsHashInTheUrl() {
        String body = "{\"property\": \"value\", \"boolean\": true}";
        String hash = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        String first = PUBLIC + "&" + hash;
        String alone = "https://mycompany.com/myapp.php?" + hash;
        assertThat(isValid(PUBLIC_TOKEN, callback(first, JSON, body), "a9nBmqA0ju/hNViExpshrM61xv4="))
                .isTrue();
        assertThat(isValid(PUBLIC_TOKEN, callback(alone, JSON, body), "y77kIzt2vzLz71DgmJGsen2scGs="))
                .isTrue();
        assertThat(isValid(PUBLIC_TOKEN, callback(first, JSON, body + " "), "a9nBmqA0ju/hNViExpshrM61xv4="))
                .as("another body under the same URL")
                .isFalse();
    }

    @Test
    @DisplayName("T10")
    void anEmptyObjectIsABodyToo() {
        String url = PUBLIC + "&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assertThat(isValid(PUBLIC_TOKEN, callback(url, JSON, "{}"), "Ldidvp12m26NI7eqEvxnEpkd9Hc="))
                .as("signed with the port")
                .isTrue();
        assertThat(isValid(PUBLIC_TOKEN, callback(url, JSON, "{}"), "rw/jVviOgicj2+kHZULvebnA4ag="))
                .as("signed without it")
                .isTrue();
    }

    @Test
    void jsonWithoutItsHashIsRefusedWhateverTheSignature() {
        String signature = TwilioSignature.sign(PUBLIC_TOKEN, PUBLIC);
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, JSON, "{}"), signature))
                .isFalse();
    }

    @Test
    @DisplayName("T11")
    void aStatusCallback() {
        String body = form(
                "AccountSid", "AC00000000000000000000000000000001",
                "From", "+15005550006",
                "MessageSid", "SM00000000000000000000000000000001",
                "MessageStatus", "delivered",
                "SmsSid", "SM00000000000000000000000000000001",
                "SmsStatus", "delivered",
                "To", "+14155550100",
                "ApiVersion", "2010-04-01",
                "RawDlrDoneDate", "2401151230");
        String url = "https://hooks.example.com/webhooks/twilio/status?tenant=acme";
        assertThat(isValid(TOKEN, callback(url, FORM, body), "ZJrhfJUTDXFUD/o3h6jvjgi5MEc="))
                .isTrue();
        assertThat(isValid(TOKEN, callback(url.replace("acme", "other"), FORM, body), "ZJrhfJUTDXFUD/o3h6jvjgi5MEc="))
                .as("the query is signed")
                .isFalse();
    }

    @Test
    @DisplayName("T12, T13")
    void anInboundMessageWithAndWithoutThePort() {
        String body = inbound("STOP", "OptOutType", "STOP");
        assertThat(isValid(TOKEN, callback(INBOUND, FORM, body), "nDBCQQYZCowhMZeruDNheED1yPg="))
                .isTrue();
        assertThat(isValid(TOKEN, callback(INBOUND, FORM, body), "79E3DHXNemMQDPMEmjkWSPHe2p8="))
                .isTrue();
    }

    @Test
    @DisplayName("T14")
    void textBeyondAscii() {
        String body = inbound("Héllo 😀 & 100%");
        assertThat(isValid(TOKEN, callback(INBOUND, FORM, body), "4+zO3qW/zv9gKH3Q30he4m+x+Ms="))
                .isTrue();
    }

    @Test
    @DisplayName("T15")
    void anEventOfAStream() {
        String body = "[{\"specversion\":\"1.0\",\"type\":\"com.twilio.messaging.message.delivered\","
                + "\"data\":{\"messageSid\":\"SM00000000000000000000000000000001\"}}]";
        String url = "https://hooks.example.com/webhooks/twilio/events?bodySHA256="
                + "f4feb077298cd29339103c8ca50b0b6e6d26670da5d248f111fb34b195bb5835";
        assertThat(isValid(TOKEN, callback(url, JSON, body), "r+RtNTzojpD4nLNMsR2csZGmxms="))
                .isTrue();
    }

    @Test
    void aSignatureOverTheFragmentCountsToo() {
        String body = form("MessageSid", "SM1");
        String signature = TwilioSignature.sign(TOKEN, INBOUND + FRAGMENT + "MessageSidSM1");
        assertThat(isValid(TOKEN, callback(INBOUND, FORM, body), signature)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "RSOYDt4T1cUTdK1PDd93/VVr8B8",
                "rsoydt4t1cutdk1pdd93/vvr8b8=",
                "RSOYDt4T1cUTdK1PDd93/VVr8B8= ",
                "RSOYDt4T1cUTdK1PDd93_VVr8B8=",
                "SSOYDt4T1cUTdK1PDd93/VVr8B8=",
                "\u00e9",
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=RSOYDt4T1cUTdK1PDd93/VVr8B8="
            })
    void whatOnlyLooksLikeTheSignatureIsRefused(String signature) {
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL), signature))
                .isFalse();
    }

    @Test
    void whatWasTamperedWithIsRefused() {
        String signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assertThat(isValid("12346", callback(PUBLIC, FORM, CALL), signature))
                .as("key")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL.replace("1234", "1235")), signature))
                .as("value")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL + "&Extra=1"), signature))
                .as("added field")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL + "&Digits=9"), signature))
                .as("added value")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, FORM, CALL.replace("Digits=1234&", "")), signature))
                .as("field left out")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC + "&x=1", FORM, CALL), signature))
                .as("URL")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC.replace("https", "http"), FORM, CALL), signature))
                .as("scheme")
                .isFalse();
        assertThat(isValid(PUBLIC_TOKEN, callback(PUBLIC, JSON, CALL), signature))
                .as("a form that calls itself JSON")
                .isFalse();
    }

    @Test
    void fieldsAreSortedByCodeUnitAndCase() {
        String body = form("b", "1", "a", "2", "B", "3", "é", "4", "_", "5");
        String signature = TwilioSignature.sign(TOKEN, INBOUND + "B3_5a2b1é4");
        assertThat(isValid(TOKEN, callback(INBOUND, FORM, body), signature)).isTrue();
    }
}
