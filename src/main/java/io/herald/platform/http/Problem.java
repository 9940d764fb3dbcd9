package io.herald.platform.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.kernel.Rejection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error answer in the form of RFC 9457. Thrown by whoever knows what is wrong, turned into a response in one place. */
public final class Problem extends RuntimeException {

    /** One thing that is wrong; {@code pointer} is a JSON pointer (RFC 6901) into the request's body. */
    public record Detail(String pointer, String detail) {}

    /** The JSON of it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Body(
            String type,
            String title,
            int status,
            String detail,
            List<Detail> errors,
            @Nullable String requestId) {}

    private final int status;
    private final String title;
    private final String detail;
    private final List<Detail> errors;
    private final Map<String, String> headers;

    private Problem(int status, String title, String detail, List<Detail> errors, Map<String, String> headers) {
        super(status + " " + title, null, false, false);
        this.status = status;
        this.title = title;
        this.detail = detail;
        this.errors = List.copyOf(errors);
        this.headers = Map.copyOf(headers);
    }

    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad Request", detail, List.of(), Map.of());
    }

    public static Problem malformed(List<Detail> errors) {
        return new Problem(400, "Bad Request", summary(errors), errors, Map.of());
    }

    public static Problem unauthorized(String detail) {
        return new Problem(401, "Unauthorized", detail, List.of(), Map.of("WWW-Authenticate", "ApiKey"));
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "Forbidden", detail, List.of(), Map.of());
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not Found", detail, List.of(), Map.of());
    }

    /** @param allow the methods that the path does have */
    public static Problem methodNotAllowed(String allow) {
        return new Problem(405, "Method Not Allowed", "use " + allow, List.of(), Map.of("Allow", allow));
    }

    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail, List.of(), Map.of());
    }

    public static Problem tooLarge(long limit) {
        return new Problem(
                413, "Content Too Large", "the body may have " + limit + " bytes at the most", List.of(), Map.of());
    }

    public static Problem unsupportedMediaType(String wanted) {
        return new Problem(415, "Unsupported Media Type", "the body must be " + wanted, List.of(), Map.of());
    }

    public static Problem unprocessable(String detail) {
        return new Problem(422, "Unprocessable Content", detail, List.of(), Map.of());
    }

    public static Problem unprocessable(List<Detail> errors) {
        return new Problem(422, "Unprocessable Content", summary(errors), errors, Map.of());
    }

    public static Problem tooManyRequests(long retryAfterSeconds, Map<String, String> headers) {
        return new Problem(
                        429,
                        "Too Many Requests",
                        "the rate of requests of this tenant's tier is used up",
                        List.of(),
                        headers)
                .with("Retry-After", Long.toString(retryAfterSeconds));
    }

    public static Problem internal() {
        return new Problem(500, "Internal Server Error", "something is wrong in Herald", List.of(), Map.of());
    }

    public static Problem unavailable(String detail) {
        return new Problem(503, "Service Unavailable", detail, List.of(), Map.of("Retry-After", "2"));
    }

    /** For what the HTTP layer refuses by itself. */
    public static Problem ofStatus(int status, String title, String detail) {
        return new Problem(status, title, detail, List.of(), Map.of());
    }

    public static Problem of(Rejection rejection) {
        return switch (rejection.code()) {
            case NOT_FOUND -> notFound(rejection.detail());
            case WRONG_STATE -> conflict(rejection.detail());
            case UNPROCESSABLE -> unprocessable(rejection.detail());
        };
    }

    private Problem with(String header, String value) {
        java.util.Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(header, value);
        return new Problem(status, title, detail, errors, more);
    }

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return headers;
    }

    public Body body(@Nullable String requestId) {
        return new Body("about:blank", title, status, detail, errors, requestId);
    }

    private static String summary(List<Detail> errors) {
        if (errors.isEmpty()) {
            return "the request is not valid";
        }
        Detail first = errors.getFirst();
        String where = first.pointer().isEmpty() ? "the body" : first.pointer();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return where + ": " + first.detail() + more;
    }
}
