package io.herald.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An HTTP answer.
 *
 * @param type the Content-Type, empty where there is nothing in it
 * @param headers beside those that describe the body
 */
record Reply(int status, String type, Body body, Map<String, String> headers) {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String APPLICATION_JSON = "application/json";

    sealed interface Body {
        record Bytes(byte[] bytes) implements Body {}

        /** Part of a file, sent without being read into memory; from the one offset to below the other. */
        record Slice(Path file, long from, long to) implements Body {}
    }

    Reply {
        headers = Map.copyOf(headers);
    }

    static Reply empty(int status) {
        return new Reply(status, "", new Body.Bytes(new byte[0]), Map.of());
    }

    static Reply json(int status, Object body) {
        return new Reply(status, APPLICATION_JSON, new Body.Bytes(bytes(body)), Map.of());
    }

    static Reply text(int status, String body) {
        return new Reply(
                status, "text/plain; charset=UTF-8", new Body.Bytes(body.getBytes(StandardCharsets.UTF_8)), Map.of());
    }

    Reply with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Reply(status, type, body, more);
    }

    static byte[] bytes(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the simulator's own answers can be written", e);
        }
    }
}
