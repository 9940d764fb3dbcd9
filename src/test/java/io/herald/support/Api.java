package io.herald.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client of a node's API with one key. Every request and every response is held against {@code openapi.yaml}; what the document
 * does not have fails the test. A request that is wrong on purpose says so by {@link Call#wrong}.
 */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger REQUESTS = new AtomicInteger();

    private final String base;
    private final @Nullable String key;

    /** @param base scheme, host and port */
    public Api(String base, @Nullable String key) {
        this.base = base;
        this.key = key;
    }

    /** The same node with another key, or none. */
    public Api with(@Nullable String otherKey) {
        return new Api(base, otherKey);
    }

    public String base() {
        return base;
    }

    public Reply get(String path) {
        return call("GET", path).send();
    }

    public Reply delete(String path) {
        return call("DELETE", path).send();
    }

    /** A POST without a body. */
    public Reply post(String path) {
        return call("POST", path).send();
    }

    public Reply post(String path, String json) {
        return call("POST", path).json(json).send();
    }

    public Reply put(String path, String json) {
        return call("PUT", path).json(json).send();
    }

    public Reply patch(String path, String json) {
        return call("PATCH", path).json(json).send();
    }

    /** @param path with its query */
    public Call call(String method, String path) {
        return new Call(method, path);
    }

    /** A request as it is put together. */
    public final class Call {
        private final String method;
        private final String path;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private byte @Nullable [] body;
        private boolean wrong;

        private Call(String method, String path) {
            this.method = method;
            this.path = path;
            if (key != null) {
                headers.put("X-API-Key", key);
            }
            headers.put("X-Request-Id", "test-" + REQUESTS.incrementAndGet());
        }

        public Call header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        public Call without(String name) {
            headers.remove(name);
            return this;
        }

        public Call json(String json) {
            return body("application/json", json);
        }

        public Call body(String contentType, String text) {
            return body(contentType, text.getBytes(StandardCharsets.UTF_8));
        }

        public Call body(String contentType, byte[] bytes) {
            headers.put("Content-Type", contentType);
            body = bytes;
            return this;
        }

        /** This request is not what the document asks for, on purpose. */
        public Call wrong() {
            wrong = true;
            return this;
        }

        public Reply send() {
            return checked(exchange(BodyHandlers.ofByteArray()));
        }

        /** As {@link #send}, without waiting. */
        public CompletableFuture<Reply> begin() {
            check();
            return HTTP.sendAsync(request(), BodyHandlers.ofByteArray()).thenApply(this::checked);
        }

        /** The lines of an event stream as they come; its data is for the caller to judge. */
        public Stream<String> lines() {
            HttpResponse<Stream<String>> response = exchange(BodyHandlers.ofLines());
            Judge.response(method, path, response.statusCode(), response.headers(), null, wrong);
            return response.body();
        }

        private <T> HttpResponse<T> exchange(HttpResponse.BodyHandler<T> handler) {
            check();
            try {
                return HTTP.send(request(), handler);
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + path + " got no answer", e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void check() {
            if (!wrong) {
                Judge.request(method, path, headers, body);
            }
        }

        private HttpRequest request() {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                    .timeout(PATIENCE)
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.clone()));
            headers.forEach(request::header);
            return request.build();
        }

        private Reply checked(HttpResponse<byte[]> response) {
            Judge.response(method, path, response.statusCode(), response.headers(), response.body(), wrong);
            Reply reply = new Reply(method + " " + path, response);
            String sent = headers.get("X-Request-Id");
            if (sent != null && !wrong && !reply.header("X-Request-Id").equals(sent)) {
                throw new AssertionError(reply + " does not carry the request's id " + sent);
            }
            return reply;
        }
    }

    /** A response that the document allows. */
    public static final class Reply {
        private final String to;
        private final HttpResponse<byte[]> response;

        private Reply(String to, HttpResponse<byte[]> response) {
            this.to = to;
            this.response = response;
        }

        public int status() {
            return response.statusCode();
        }

        /** Fails, showing the whole answer, where the status is another. */
        public Reply expect(int status) {
            if (status() != status) {
                throw new AssertionError(status + " was expected, but " + this);
            }
            return this;
        }

        /** The header's value; empty where there is none. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return parse(response.body());
        }

        /** A field of the JSON by its RFC 6901 pointer, as text. */
        public String at(String pointer) {
            return json().at(pointer).asText();
        }

        /** Of a problem: where things are wrong. */
        public Map<String, String> errors() {
            Map<String, String> errors = new LinkedHashMap<>();
            json().path("errors")
                    .forEach(error -> errors.merge(
                            error.path("pointer").asText(), error.path("detail").asText(), (a, b) -> a + "; " + b));
            return errors;
        }

        @Override
        public String toString() {
            return to + " was answered " + status() + " " + text();
        }
    }

    /** Any value as JSON. */
    public static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public static JsonNode parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
