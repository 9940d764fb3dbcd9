package io.herald.channel;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A callback as it came in.
 *
 * @param url as the vendor called it: the configured public URL, then this request's path and raw query
 * @param headers by lower-case name
 * @param contentType without parameters, lower case, empty where there is none
 */
public record WebhookRequest(
        String url, Map<String, String> query, Map<String, String> headers, String contentType, byte[] body) {

    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    public boolean isForm() {
        return contentType.equals("application/x-www-form-urlencoded");
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The fields of a form body, each with its values in their order.
     *
     * @throws IllegalArgumentException where an escape is broken
     */
    public Map<String, List<String>> form() {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String pair : text().split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            fields.computeIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), key -> new ArrayList<>())
                    .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return fields;
    }
}
