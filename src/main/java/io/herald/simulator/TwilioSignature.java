package io.herald.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code X-Twilio-Signature} of a form: HMAC-SHA1, keyed with the auth token, over the URL and each field's name and value
 * in order of name; of a repeated name the distinct values in order. Follows Twilio's own helper libraries.
 */
final class TwilioSignature {
    private static final Comparator<Form.Field> ORDER =
            Comparator.comparing(Form.Field::name).thenComparing(Form.Field::value);

    private TwilioSignature() {}

    /** @param url as configured; a fragment is not part of what is signed and is left out */
    static String sign(String authToken, String url, Form form) {
        StringBuilder signed = new StringBuilder(512).append(withoutFragment(url));
        List<Form.Field> fields =
                form.fields().stream().distinct().sorted(ORDER).toList();
        for (Form.Field field : fields) {
            signed.append(field.name()).append(field.value());
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA1", e);
        }
    }

    static String withoutFragment(String url) {
        int hash = url.indexOf('#');
        return hash < 0 ? url : url.substring(0, hash);
    }
}
