package io.herald.channel;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where providers reach Herald.
 *
 * @param publicUrl scheme, host, port and path prefix, without a slash at its end, as vendors see it
 */
public record CallbackUrls(String publicUrl) {
    public static final String PATH = "/api/v1/webhooks";

    /** What an administrator pastes into the vendor's console. */
    public String of(String provider, String accountId, @Nullable String token) {
        return publicUrl + PATH + "/" + provider + "/" + accountId + (token == null ? "" : "/" + token);
    }

    /** The same with a query, in the order of the map. */
    public String of(String provider, String accountId, Map<String, String> query) {
        return of(provider, accountId, (String) null)
                + query.entrySet().stream()
                        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", "?", ""));
    }
}
