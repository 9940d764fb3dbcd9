package io.herald.platform.http;

import akka.http.javadsl.model.HttpRequest;
import io.herald.kernel.Ids;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request as its endpoint sees it. */
public final class Exchange {
    private static final Pattern PATH_PARAMETER = Pattern.compile("[A-Za-z0-9._+@:-]{1,255}");
    private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");

    private final HttpRequest request;
    private final String requestId;
    private final Principal principal;
    private final Map<String, String> pathParameters;
    private final Map<String, String> query;
    private final byte[] body;
    private final @Nullable String idempotencySeed;
    private final InstantSource clock;

    Exchange(
            HttpRequest request,
            String requestId,
            Principal principal,
            Map<String, String> pathParameters,
            Map<String, String> query,
            byte[] body,
            @Nullable String idempotencySeed,
            InstantSource clock) {
        this.request = request;
        this.requestId = requestId;
        this.principal = principal;
        this.pathParameters = pathParameters;
        this.query = query;
        this.body = body;
        this.idempotencySeed = idempotencySeed;
        this.clock = clock;
    }

    public HttpRequest request() {
        return request;
    }

    public String requestId() {
        return requestId;
    }

    /** The tenant whose key this is; only endpoints with a tenant's {@link Access} may ask. */
    public String tenant() {
        if (principal instanceof Principal.TenantKey key) {
            return key.tenantId();
        }
        throw new IllegalStateException("this endpoint is not a tenant's");
    }

    /** A parameter of the path; what no id or address can look like is not found. */
    public String path(String name) {
        String value = pathText(name);
        if (!PATH_PARAMETER.matcher(value).matches()) {
            throw Problem.notFound("there is nothing at this path");
        }
        return value;
    }

    /** A parameter of the path that may be any text, such as an address; its escapes are read. */
    public String pathText(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the endpoint's path has no {" + name + "}");
        }
        return value;
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * A query parameter that is one of a set of names.
     *
     * @param of throws {@link IllegalArgumentException} for any other
     */
    public <T> Optional<T> query(String name, Function<String, T> of) {
        return query(name).map(text -> {
            try {
                return of.apply(text);
            } catch (IllegalArgumentException e) {
                throw Problem.badRequest(name + " has no such value");
            }
        });
    }

    public Map<String, String> query() {
        return query;
    }

    public byte[] body() {
        return body;
    }

    /** The body as a JSON object. */
    public Fields json() {
        return Fields.parse(body);
    }

    /** The body as a JSON object; one without fields where there is no body. */
    public Fields jsonOrNothing() {
        return body.length == 0 ? Fields.parse("{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII)) : json();
    }

    /** {@code ?limit=}: 1 to 1,000, by default 50. */
    public int limit() {
        String limit = query.getOrDefault("limit", "50");
        if (!WHOLE.matcher(limit).matches() || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > 1000) {
            throw Problem.badRequest("limit must be a whole number between 1 and 1000");
        }
        return Integer.parseInt(limit);
    }

    /** {@code ?cursor=}, as {@link Cursor} made it for this kind of list. */
    public Optional<Cursor> cursor(int parts) {
        return query("cursor").map(text -> Cursor.parse(text, parts));
    }

    /**
     * The page that is asked for, of a list that is in memory.
     *
     * @param all in the order of their ids
     */
    public <T> Answer.Page<T> page(List<T> all, Function<T, String> id) {
        onlyQuery("limit", "cursor");
        int limit = limit();
        String after = cursor(1).map(cursor -> cursor.text(0)).orElse("");
        List<T> items = all.stream()
                .filter(item -> id.apply(item).compareTo(after) > 0)
                .limit(limit)
                .toList();
        return new Answer.Page<>(items, items.size() < limit ? null : Cursor.of(id.apply(items.getLast())));
    }

    /** Refuses query parameters that the endpoint does not know: a misspelt filter must not list everything. */
    public void onlyQuery(String... names) {
        java.util.Set<String> known = java.util.Set.of(names);
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw Problem.badRequest("the query parameter " + name + " is not known here");
            }
        }
    }

    /** A new UUIDv7; under an idempotency key the same for every repetition of the request. */
    public String newMessageId(int n) {
        return idempotencySeed == null ? Ids.uuid7(clock.millis()) : Ids.derived(idempotencySeed, Integer.toString(n));
    }

    /** A new short id; under an idempotency key the same for every repetition of the request. */
    public String newId() {
        return idempotencySeed == null ? Ids.compact(clock.millis()) : Ids.derivedCompact(idempotencySeed);
    }
}
