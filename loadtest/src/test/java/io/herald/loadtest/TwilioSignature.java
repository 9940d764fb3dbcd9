package io.herald.loadtest;

import io.gatling.http.client.Param;
import io.gatling.http.client.Request;
import io.gatling.http.client.body.form.FormUrlEncodedRequestBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Comparator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code X-Twilio-Signature} of a form: HMAC-SHA1, keyed with the auth token, over the URL and each field's name and value in order of
 * name. No field comes twice.
 *
 * @see <a href="https://www.twilio.com/docs/usage/security#validating-requests">Twilio: validating requests</a>
 */
final class TwilioSignature {
    private static final String ALGORITHM = "HmacSHA1";

    private TwilioSignature() {}

    /** @param webhook the URL as Herald gave it out, whatever it is reached by here; the request's query is added */
    static Request sign(Request request, URI webhook, String authToken) {
        StringBuilder text = new StringBuilder(webhook.toString())
                .append('?')
                .append(request.getUri().getQuery());
        ((FormUrlEncodedRequestBody) request.getBody())
                .getContent().stream()
                        .sorted(Comparator.comparing(Param::getName))
                        .forEach(field -> text.append(field.getName()).append(field.getValue()));
        Request signed = request.copyWithCopiedHeaders();
        signed.getHeaders().set("X-Twilio-Signature", hmac(authToken, text.toString()));
        return signed;
    }

    private static String hmac(String key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
