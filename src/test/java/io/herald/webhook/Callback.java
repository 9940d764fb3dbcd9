package io.herald.webhook;

import io.herald.support.Api;
import io.herald.support.Customer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Callbacks as Twilio makes them: forms, signed as its documentation says. */
record Callback(Api api, String target, TreeMap<String, String> form, String token) {

    /** To the account's own URL. */
    static Callback of(Customer customer, Customer.Account account, Map<String, String> fields) {
        TreeMap<String, String> form = new TreeMap<>(fields);
        form.put("AccountSid", account.credentials().getOrDefault("account_sid", ""));
        String target = account.webhookUrl().substring(customer.api().base().length());
        return new Callback(
                customer.node().anyone(), target, form, account.credentials().getOrDefault("auth_token", ""));
    }

    Callback to(String otherTarget) {
        return new Callback(api, otherTarget, form, token);
    }

    Callback with(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(form);
        changed.put(name, value);
        return new Callback(api, target, changed, token);
    }

    /** The value of {@code X-Twilio-Signature}. */
    String signature() {
        StringBuilder signed = new StringBuilder(api.base()).append(target);
        form.forEach((name, value) -> signed.append(name).append(value));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String body() {
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return body.toString();
    }

    Api.Call call() {
        return api.call("POST", target).body("application/x-www-form-urlencoded", body());
    }

    Api.Reply send() {
        return call().header("X-Twilio-Signature", signature()).send();
    }
}
