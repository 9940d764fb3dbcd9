package io.herald.channel;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** HTTP as adapters use it: bounded in time and size, never retried, and exact about whether a request left. */
public interface ProviderHttp {

    /** A request; a body of null means GET. */
    record Call(String method, String url, Map<String, String> headers, String contentType, byte[] body) {

        public static Call post(String url, Map<String, String> headers, String contentType, byte[] body) {
            return new Call("POST", url, headers, contentType, body);
        }

        public static Call get(String url, Map<String, String> headers) {
            return new Call("GET", url, headers, "", new byte[0]);
        }
    }

    sealed interface Reply {}

    /** @param headers by lower-case name */
    record Answer(int status, Map<String, String> headers, byte[] body) implements Reply {}

    /** Nothing was sent: no connection could be made. */
    record NotConnected(String detail) implements Reply {}

    /** It may have been received: no answer came, or one that was cut off or too large. */
    record NoAnswer(String detail) implements Reply {}

    /** The stage never fails. */
    CompletionStage<Reply> call(Call call);

    /** For forms: {@code name=value&...} of UTF-8. */
    static byte[] form(Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
