package io.herald.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Signatures published with Twilio's helper libraries, or computed with them. */
class TwilioSignatureTest {
    private static final String PUBLIC_URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String INBOUND_URL = "https://hooks.example.com/webhooks/twilio/inbound";

    @Test
    void plainFields() {
        assertThat(TwilioSignature.sign(
                        "12345",
                        PUBLIC_URL,
                        Form.of(
                                "CallSid", "CA1234567890ABCDE",
                                "Caller", "+14158675309",
                                "Digits", "1234",
                                "From", "+14158675309",
                                "To", "+18005551212")))
                .isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    @Test
    void repeatedFieldsCountOnceAndInOrder() {
        assertThat(TwilioSignature.sign(
                        "12345",
                        PUBLIC_URL,
                        Form.of(
                                "Sid",
                                "CA123",
                                "SidAccount",
                                "AC123",
                                "Digits",
                                "5678",
                                "Digits",
                                "1234",
                                "Digits",
                                "1234")))
                .isEqualTo("IK+Dwps556ElfBT0I3Rgjkr1wJU=");
    }

    @Test
    void punctuationAndUnicode() {
        assertThat(TwilioSignature.sign(
                        "12345",
                        PUBLIC_URL,
                        Form.of(
                                "Message", "Hello & goodbye! @#$%^*()",
                                "From", "+1 (415) 867-5309",
                                "Special", "unicode: ñáéíóú")))
                .isEqualTo("dCPiR4WtQ6QFN6pJh81CtlCcWLQ=");
    }

    @Test
    void aStatusCallback() {
        Form form = Form.of(
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
        assertThat(TwilioSignature.sign(TOKEN, url, form)).isEqualTo("ZJrhfJUTDXFUD/o3h6jvjgi5MEc=");
        assertThat(TwilioSignature.sign(TOKEN, url + "#rc=3&rp=all", form))
                .as("the fragment is not signed")
                .isEqualTo("ZJrhfJUTDXFUD/o3h6jvjgi5MEc=");
    }

    @Test
    void anInboundMessage() {
        assertThat(TwilioSignature.sign(TOKEN, INBOUND_URL, inbound("STOP", "OptOutType", "STOP")))
                .isEqualTo("nDBCQQYZCowhMZeruDNheED1yPg=");
        assertThat(TwilioSignature.sign(TOKEN, INBOUND_URL, inbound("Héllo 😀 & 100%")))
                .isEqualTo("4+zO3qW/zv9gKH3Q30he4m+x+Ms=");
    }

    @Test
    void aFormIsDecodedAsItWasEncoded() {
        Form form = inbound("Héllo 😀 & 100% = +1\n", "Empty", "");
        assertThat(Form.parse(form.encoded())).isEqualTo(form);
    }

    private static Form inbound(String body, String... more) {
        Form all = Form.of(
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
        return Form.parse(
                all.encoded() + (more.length == 0 ? "" : "&" + Form.of(more).encoded()));
    }
}
