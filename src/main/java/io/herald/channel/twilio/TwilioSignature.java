package io.herald.channel.twilio;

import io.herald.channel.WebhookRequest;
import io.herald.kernel.Ids;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code X-Twilio-Signature}: Base64 of HMAC-SHA1, keyed with the auth token, over the URL that Twilio called and, for a form, each
 * parameter's name and value, names in order, values of one name distinct and in order. Any other body is signed by its SHA-256
 * in the URL's {@code bodySHA256}. Twilio is inconsistent about default ports, so the URL counts with and without.
 *
 * @see <a href="https://www.twilio.com/docs/usage/security#validating-requests">Twilio: validating requests</a>
 */
final class TwilioSignature {
    private TwilioSignature() {}

    /** @param fragment what the URL given to Twilio ended with; it is not signed, but some of its callers do sign it */
    static boolean isValid(String authToken, WebhookRequest request, String signature, String fragment) {
        String parameters = "";
        if (request.isForm()) {
            parameters = parameters(request.form());
        } else if (request.body().length > 0) {
            String promised = request.query().getOrDefault("bodySHA256", "");
            String actual = HexFormat.of().formatHex(Ids.sha256(request.body()));
            if (!equal(promised.toLowerCase(java.util.Locale.ROOT), actual)) {
                return false;
            }
        }
        boolean valid = false;
        for (String url : spellings(request.url())) {
            valid |= equal(sign(authToken, url + parameters), signature);
            valid |= equal(sign(authToken, url + fragment + parameters), signature);
        }
        return valid;
    }

    static String sign(String authToken, String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA1", e);
        }
    }

    private static String parameters(Map<String, List<String>> form) {
        StringBuilder signed = new StringBuilder();
        new TreeMap<>(form)
                .forEach((name, values) -> new TreeSet<>(values)
                        .forEach(value -> signed.append(name).append(value)));
        return signed.toString();
    }

    /** The URL with its scheme's port and without it. */
    private static List<String> spellings(String url) {
        int authority = url.indexOf("://") + 3;
        int end = authority;
        while (end < url.length() && "/?".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String host = url.substring(authority, end);
        String rest = url.substring(end);
        String scheme = url.substring(0, authority);
        String port = scheme.startsWith("https") ? ":443" : ":80";
        String bare = host.replaceFirst(":\\d+$", "");
        return bare.equals(host) ? List.of(url, scheme + host + port + rest) : List.of(url, scheme + bare + rest);
    }

    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
