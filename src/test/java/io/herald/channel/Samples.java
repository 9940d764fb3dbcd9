package io.herald.channel;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accounts, requests and callbacks that tests of adapters start from. */
public final class Samples {
    public static final String SID = "AC00000000000000000000000000000001";
    public static final String TOKEN = "0123456789abcdef0123456789abcdef";
    public static final String API_KEY = "sk-gupshup-1";
    public static final String FROM = "+15005550006";
    public static final String TO = "+14155550100";
    public static final Instant STARTED = Instant.parse("2024-01-15T12:30:00Z");
    public static final String PUBLIC_URL = "https://herald.example.com";

    private Samples() {}

    public static ProviderAccount twilio(@Nullable String baseUrl, @Nullable String sender) {
        return account(
                "twilio", Set.of(Channel.SMS), baseUrl, sender, Map.of("account_sid", SID, "auth_token", TOKEN), null);
    }

    public static ProviderAccount gupshup(@Nullable String baseUrl, @Nullable String sender, Channel... channels) {
        return account(
                "gupshup",
                Set.of(channels),
                baseUrl,
                sender,
                Map.of("api_key", API_KEY, "userid", "2000191999", "password", "pa ss&word"),
                "token0123456789");
    }

    public static ProviderAccount account(
            String provider,
            Set<Channel> channels,
            @Nullable String baseUrl,
            @Nullable String sender,
            Map<String, String> credentials,
            @Nullable String webhookToken) {
        return new ProviderAccount(
                "acc-" + provider,
                null,
                "main",
                provider,
                channels,
                baseUrl,
                sender,
                credentials,
                1000,
                8,
                webhookToken,
                STARTED,
                STARTED);
    }

    /** One as it is asked for, that serves every tenant by SMS. */
    public static ProviderAccount draft(String id) {
        return new ProviderAccount(
                id,
                null,
                id,
                "twilio",
                Set.of(Channel.SMS),
                null,
                null,
                Map.of("account_sid", "s", "auth_token", "t"),
                0,
                0,
                null,
                STARTED,
                STARTED);
    }

    public static SendRequest request(Channel channel, Content content) {
        return request(channel, TO, null, content, STARTED);
    }

    public static SendRequest request(
            Channel channel, String to, @Nullable String from, Content content, Instant startedAt) {
        return new SendRequest("acme", "msg-1", 2, "idem-msg-1-0", channel, "acc", to, from, content, startedAt);
    }

    public static WebhookRequest callback(String url, String contentType, String body, String... headers) {
        Map<String, String> byName = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            byName.put(headers[i], headers[i + 1]);
        }
        return new WebhookRequest(url, query(url), byName, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> query(String url) {
        int mark = url.indexOf('?');
        Map<String, String> query = new java.util.HashMap<>();
        if (mark >= 0) {
            for (String pair : List.of(url.substring(mark + 1).split("&", -1))) {
                int equals = pair.indexOf('=');
                query.put(
                        pair.substring(0, equals),
                        java.net.URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }
}
