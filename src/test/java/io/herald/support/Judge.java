package io.herald.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.OpenApi.Operation;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds requests and responses against {@code openapi.yaml}; throws {@link AssertionError} where they differ. */
final class Judge {
    private static final OpenApi DOCUMENT = OpenApi.document();
    private static final Set<String> EVERYWHERE = Set.of("x-api-key", "content-type", "accept");
    private static final String PROBLEM = "application/problem+json";

    private Judge() {}

    static void request(String method, String target, Map<String, String> headers, byte @Nullable [] body) {
        Operation operation = DOCUMENT.find(documented(method), path(target))
                .orElseThrow(() -> new AssertionError("openapi.yaml has no " + method + " " + path(target)));
        List<String> wrong = new ArrayList<>();
        Map<String, JsonNode> parameters = DOCUMENT.parametersOf(operation);
        query(target)
                .forEach((name, value) ->
                        parameter(parameters.get("query " + name), "query parameter " + name, value, wrong));
        headers.forEach((name, value) -> {
            if (!EVERYWHERE.contains(name.toLowerCase(Locale.ROOT))) {
                parameter(parameters.get("header " + name), "header " + name, value, wrong);
            }
        });
        String[] names = operation.path().split("/", -1);
        String[] values = path(target).split("/", -1);
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("{")) {
                String name = names[i].substring(1, names[i].length() - 1);
                parameter(parameters.get("path " + name), "path parameter " + name, decoded(values[i]), wrong);
            }
        }
        requestBody(operation, headers.get("Content-Type"), body, wrong);
        fail("the request " + operation, wrong);
    }

    private static void parameter(@Nullable JsonNode parameter, String what, String value, List<String> wrong) {
        if (parameter == null) {
            wrong.add("the document has no " + what);
            return;
        }
        JsonNode schema = parameter.path("schema");
        DOCUMENT.wrongInRequest(schema, DOCUMENT.typed(schema, value))
                .forEach(message -> wrong.add(what + ": " + message));
    }

    private static void requestBody(
            Operation operation, @Nullable String contentType, byte @Nullable [] body, List<String> wrong) {
        JsonNode described = operation.node().path("requestBody");
        if (body == null) {
            if (described.path("required").asBoolean()) {
                wrong.add("a body is needed");
            }
            return;
        }
        JsonNode media = described.path("content").path(mediaType(contentType));
        if (media.isMissingNode()) {
            wrong.add("the document takes no body of type " + contentType);
        } else if (mediaType(contentType).equals("application/json")) {
            wrong.addAll(DOCUMENT.wrongInRequest(media.path("schema"), Api.parse(body)));
        }
    }

    /**
     * @param body absent where it is a stream
     * @param wrong whether the request was wrong on purpose: it may have been of a path or a method that does not exist
     */
    static void response(
            String method, String target, int status, HttpHeaders headers, byte @Nullable [] body, boolean wrong) {
        Optional<Operation> operation = DOCUMENT.find(documented(method), path(target));
        String what = "the response " + status + " to " + method + " " + target;
        if (operation.isEmpty()) {
            outside(what, status, headers, body, wrong);
            return;
        }
        JsonNode response = DOCUMENT.response(operation.get(), status)
                .orElseThrow(() -> new AssertionError("openapi.yaml has not " + what + ": " + text(body)));
        List<String> found = new ArrayList<>();
        response.path("headers").properties().forEach(described -> {
            JsonNode header = DOCUMENT.resolve(described.getValue());
            Optional<String> value = headers.firstValue(described.getKey());
            if (value.isPresent()) {
                DOCUMENT.wrongInResponse(header.path("schema"), DOCUMENT.typed(header.path("schema"), value.get()))
                        .forEach(message -> found.add("header " + described.getKey() + ": " + message));
            } else if (header.path("required").asBoolean()) {
                found.add("the header " + described.getKey() + " is missing");
            }
        });
        boolean head = method.equals("HEAD");
        content(response.path("content"), headers, head ? null : body, found);
        problem(status, headers, head ? null : body, found);
        fail(what + ": " + text(body), found);
    }

    private static void content(JsonNode content, HttpHeaders headers, byte @Nullable [] body, List<String> found) {
        String type = mediaType(headers.firstValue("Content-Type").orElse(null));
        if (content.isMissingNode()) {
            if (body != null && body.length > 0) {
                found.add("the document has no body for it");
            }
            return;
        }
        JsonNode media = content.path(type);
        if (media.isMissingNode()) {
            found.add("the document has no content of type " + type);
        } else if (body != null && type.endsWith("json")) {
            found.addAll(DOCUMENT.wrongInResponse(media.path("schema"), Api.parse(body)));
        }
    }

    private static void problem(int status, HttpHeaders headers, byte @Nullable [] body, List<String> found) {
        if (status < 400 || body == null) {
            return;
        }
        JsonNode problem = Api.parse(body);
        if (problem.path("status").asInt() != status) {
            found.add("the problem's status is another");
        }
        if (!headers.firstValue("X-Request-Id")
                .equals(Optional.of(problem.path("request_id").asText()))) {
            found.add("the problem's request_id is not the header's");
        }
    }

    /** What any path may answer that is in the document not at all, or not with this method. */
    private static void outside(String what, int status, HttpHeaders headers, byte @Nullable [] body, boolean wrong) {
        List<String> found = new ArrayList<>();
        if (!wrong || (status != 404 && status != 405)) {
            found.add("the document has no such operation");
        }
        if (status == 405 && headers.firstValue("Allow").isEmpty()) {
            found.add("the header Allow is missing");
        }
        if (!mediaType(headers.firstValue("Content-Type").orElse(null)).equals(PROBLEM)) {
            found.add("it is no problem");
        } else if (body != null && body.length > 0) {
            found.addAll(DOCUMENT.wrongInResponse("Problem", Api.parse(body)));
            problem(status, headers, body, found);
        }
        fail(what + ": " + text(body), found);
    }

    private static void fail(String what, List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new AssertionError(what + " is not what openapi.yaml says:\n  " + String.join("\n  ", wrong));
        }
    }

    private static String documented(String method) {
        return method.equals("HEAD") ? "GET" : method;
    }

    private static String path(String target) {
        return URI.create(target).getRawPath();
    }

    private static Map<String, String> query(String target) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = URI.create(target).getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(
                    decoded(equals < 0 ? pair : pair.substring(0, equals)),
                    equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String mediaType(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String text(byte @Nullable [] body) {
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }
}
