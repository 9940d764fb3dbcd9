package io.herald.webhook;

import io.herald.channel.CallbackUrls;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderHttp;
import io.herald.channel.Samples;
import io.herald.channel.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Callbacks of Twilio, signed by the published rule and not by Herald's reading of it. */
final class Signed {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Signed() {}

    static String url(ProviderAccount account, String query) {
        return Samples.PUBLIC_URL + CallbackUrls.PATH + "/" + account.provider() + "/" + account.id() + query;
    }

    static WebhookRequest report(ProviderAccount account, String query, String sid, String status, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("MessageSid", sid);
        fields.put("MessageStatus", status);
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        return form(url(account, query), fields);
    }

    static WebhookRequest inbound(ProviderAccount account, String sid, String from, String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("AccountSid", account.credential("account_sid"));
        fields.put("MessageSid", sid);
        fields.put("SmsStatus", "received");
        fields.put("From", from);
        fields.put("To", Samples.FROM);
        fields.put("Body", body);
        return form(url(account, ""), fields);
    }

    static WebhookRequest form(String url, Map<String, String> fields) {
        StringBuilder signed = new StringBuilder(url);
        new TreeMap<>(fields).forEach((name, value) -> signed.append(name).append(value));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Samples.TOKEN.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            String signature = Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.toString().getBytes(StandardCharsets.UTF_8)));
            String body = new String(ProviderHttp.form(fields), StandardCharsets.US_ASCII);
            return Samples.callback(url, FORM, body, "x-twilio-signature", signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
