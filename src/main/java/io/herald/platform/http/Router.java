package io.herald.platform.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.http.scaladsl.model.IllegalUriException;
import io.herald.kernel.Ids;
import io.herald.platform.Stages;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.DatabaseAway;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to its endpoint and from what that says to a response. Everything that all endpoints have in common is here: the
 * request id, who may call, how often, how much, what was answered before, and that every error is {@code problem+json}.
 */
public final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
    private static final akka.http.javadsl.model.ContentType PROBLEM = ContentTypes.parse("application/problem+json");
    private static final long BODY_TIMEOUT_MS = 30_000;
    private static final int LONGEST_KEY = 255;

    private final ActorSystem<?> system;
    private final Authentication authentication;
    private final Idempotency idempotency;
    private final RequestRates rates;
    private final InstantSource clock;
    private final List<Endpoint> endpoints;
    private final Node root = new Node();

    /** A segment of the paths: literal children first, then a parameter. */
    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node parameter;
        private String parameterName = "";
        private final Map<String, Endpoint> endpoints = new HashMap<>();
    }

    public Router(
            ActorSystem<?> system,
            Authentication authentication,
            Idempotency idempotency,
            InstantSource clock,
            List<Endpoint> endpoints) {
        this.system = system;
        this.authentication = authentication;
        this.idempotency = idempotency;
        this.rates = new RequestRates(clock);
        this.clock = clock;
        this.endpoints = List.copyOf(endpoints);
        endpoints.forEach(this::add);
    }

    /** All that can be asked for. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    private void add(Endpoint endpoint) {
        Node node = root;
        for (String segment : segments(endpoint.path())) {
            if (segment.startsWith("{")) {
                if (node.parameter == null) {
                    node.parameter = new Node();
                    node.parameterName = segment.substring(1, segment.length() - 1);
                }
                node = node.parameter;
            } else {
                node = node.literals.computeIfAbsent(segment, name -> new Node());
            }
        }
        if (node.endpoints.put(endpoint.method(), endpoint) != null) {
            throw new IllegalStateException("two endpoints for " + endpoint.method() + " " + endpoint.path());
        }
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** The stage never fails. */
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        String requestId = header(request, "x-request-id")
                .filter(id -> REQUEST_ID.matcher(id).matches())
                .orElseGet(() -> Ids.uuid7(clock.millis()));
        Map<String, String> more = new LinkedHashMap<>();
        CompletionStage<HttpResponse> response;
        try {
            response = route(request, requestId, more);
        } catch (RuntimeException e) {
            response = CompletableFuture.failedFuture(e);
        }
        return response.exceptionally(e -> {
                    request.discardEntityBytes(system);
                    return refusal(problem(e, requestId), requestId);
                })
                .thenApply(answered -> {
                    HttpResponse complete = answered.addHeader(RawHeader.create("X-Request-Id", requestId));
                    for (Map.Entry<String, String> header : more.entrySet()) {
                        if (complete.getHeader(header.getKey()).isEmpty()) {
                            complete = complete.addHeader(RawHeader.create(header.getKey(), header.getValue()));
                        }
                    }
                    return complete;
                });
    }

    private CompletionStage<HttpResponse> route(
            HttpRequest request, String requestId, Map<String, String> moreHeaders) {
        Map<String, String> parameters = new HashMap<>();
        Endpoint endpoint = find(request, parameters);
        Map<String, String> query = query(request);
        return authenticate(request, endpoint.access()).thenCompose(principal -> {
            if (principal instanceof Principal.TenantKey key) {
                moreHeaders.putAll(rates.count(key));
            }
            return body(request, endpoint).thenCompose(body -> {
                Optional<String> key = endpoint.creates() ? idempotencyKey(request) : Optional.empty();
                return key.isPresent() && endpoint.maxBody() > 0
                        ? once(key.get(), request, requestId, principal, parameters, query, body, endpoint)
                        : call(
                                endpoint,
                                new Exchange(request, requestId, principal, parameters, query, body, null, clock));
            });
        });
    }

    private Endpoint find(HttpRequest request, Map<String, String> parameters) {
        String path = request.getUri().path();
        Node node = root;
        for (String segment : request.getUri().pathSegments()) {
            if (segment.isEmpty()) {
                continue;
            }
            Node literal = node.literals.get(segment);
            if (literal != null) {
                node = literal;
            } else if (node.parameter != null && Fields.isText(segment) && segment.length() <= 512) {
                parameters.put(node.parameterName, segment);
                node = node.parameter;
            } else {
                throw Problem.notFound("there is nothing at this path");
            }
        }
        boolean slashes = path.contains("//") || (path.length() > 1 && path.endsWith("/"));
        if (node.endpoints.isEmpty() || slashes) {
            throw Problem.notFound("there is nothing at this path");
        }
        String method = request.method().value();
        Endpoint endpoint = node.endpoints.get(method);
        if (endpoint == null && method.equals("HEAD")) {
            endpoint = node.endpoints.get("GET");
        }
        if (endpoint == null) {
            TreeSet<String> allowed = new TreeSet<>(node.endpoints.keySet());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            throw Problem.methodNotAllowed(String.join(", ", allowed));
        }
        return endpoint;
    }

    private static Map<String, String> query(HttpRequest request) {
        try {
            Map<String, String> query = new LinkedHashMap<>();
            request.getUri().query().toList().forEach(pair -> query.putIfAbsent(pair.first(), pair.second()));
            if (!query.entrySet().stream().allMatch(e -> Fields.isText(e.getKey()) && Fields.isText(e.getValue()))) {
                throw Problem.badRequest("the query holds a character that is no text");
            }
            return query;
        } catch (IllegalUriException e) {
            throw Problem.badRequest("the query can't be read");
        }
    }

    private CompletionStage<Principal> authenticate(HttpRequest request, Access access) {
        if (access == Access.OPEN) {
            return CompletableFuture.completedFuture(new Principal.Anyone());
        }
        Optional<String> key = header(request, "x-api-key");
        if (key.isEmpty() || key.get().length() > 256) {
            throw Problem.unauthorized("an API key is needed, in X-API-Key");
        }
        return authentication.of(key.get()).thenApply(found -> {
            Principal principal = found.orElseThrow(() -> Problem.unauthorized("the API key is not known"));
            return switch (principal) {
                case Principal.Administrator admin
                when access != Access.ADMIN -> throw Problem.forbidden("the administrator's key opens /admin only");
                case Principal.TenantKey tenant
                when !access.isTenant() -> throw Problem.forbidden("this needs the administrator's key");
                case Principal.TenantKey tenant
                when tenant.role().compareTo(access) < 0 ->
                    throw Problem.forbidden("the key's role does not allow this");
                default -> principal;
            };
        });
    }

    private CompletionStage<byte[]> body(HttpRequest request, Endpoint endpoint) {
        if (endpoint.maxBody() == 0) {
            if (!endpoint.streams()) {
                request.discardEntityBytes(system);
            }
            return CompletableFuture.completedFuture(new byte[0]);
        }
        long limit = endpoint.maxBody();
        if (request.entity().getContentLengthOption().orElse(0L) > limit) {
            throw Problem.tooLarge(limit);
        }
        return Stages.direct(request.entity().withSizeLimit(limit).toStrict(BODY_TIMEOUT_MS, system))
                .handle((entity, failure) -> {
                    if (failure != null) {
                        if (unwrapped(failure) instanceof EntityStreamSizeException) {
                            throw Problem.tooLarge(limit);
                        }
                        throw Problem.badRequest("the body broke off");
                    }
                    byte[] bytes = entity.getData().toArray();
                    boolean json = request.entity()
                            .getContentType()
                            .mediaType()
                            .toString()
                            .endsWith("json");
                    if (bytes.length > 0 && !json && endpoint.access() != Access.OPEN) {
                        throw Problem.unsupportedMediaType("application/json");
                    }
                    return bytes;
                });
    }

    private static Optional<String> idempotencyKey(HttpRequest request) {
        return header(request, "idempotency-key").map(written -> {
            String key = written.length() > 1 && written.startsWith("\"") && written.endsWith("\"")
                    ? written.substring(1, written.length() - 1)
                    : written;
            if (key.isBlank() || key.length() > LONGEST_KEY) {
                throw Problem.badRequest("Idempotency-Key must have 1 to " + LONGEST_KEY + " characters");
            }
            return key;
        });
    }

    private CompletionStage<HttpResponse> once(
            String key,
            HttpRequest request,
            String requestId,
            Principal principal,
            Map<String, String> parameters,
            Map<String, String> query,
            byte[] body,
            Endpoint endpoint) {
        String tenant = principal instanceof Principal.TenantKey k ? k.tenantId() : "admin";
        String route = request.method().value() + " " + request.getUri().path();
        return idempotency.claim(tenant, route, key, Ids.sha256(body)).thenCompose(claim -> switch (claim) {
            case Idempotency.Claim.Answered answered ->
                CompletableFuture.completedFuture(json(answered.status(), answered.body()));
            case Idempotency.Claim.Different d ->
                throw Problem.unprocessable("this Idempotency-Key was used with another body");
            case Idempotency.Claim.UnderWay u ->
                throw Problem.conflict("the first request with this Idempotency-Key is still under way");
            case Idempotency.Claim.Fresh f -> {
                String seed = tenant + "\n" + route + "\n" + key + "\n" + f.since();
                Exchange exchange = new Exchange(request, requestId, principal, parameters, query, body, seed, clock);
                yield answer(endpoint, exchange)
                        .handle((answer, failure) -> {
                            if (answer instanceof Answer.Document document && document.status() < 300) {
                                String text = Json.text(document.body());
                                return idempotency
                                        .answered(tenant, route, key, document.status(), text)
                                        .thenApply(done -> json(document.status(), text));
                            }
                            return idempotency
                                    .released(tenant, route, key)
                                    .exceptionally(e -> akka.Done.getInstance())
                                    .thenApply(done -> {
                                        if (answer == null) {
                                            throw new CompletionException(unwrapped(failure));
                                        }
                                        return response(answer);
                                    });
                        })
                        .thenCompose(stage -> stage);
            }
        });
    }

    private CompletionStage<HttpResponse> call(Endpoint endpoint, Exchange exchange) {
        return answer(endpoint, exchange).thenApply(Router::response);
    }

    private static CompletionStage<Answer> answer(Endpoint endpoint, Exchange exchange) {
        try {
            return endpoint.handler().handle(exchange);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static HttpResponse response(Answer answer) {
        return switch (answer) {
            case Answer.Document d -> json(d.status(), d.body());
            case Answer.Empty e -> HttpResponse.create().withStatus(e.status());
            case Answer.Text t ->
                HttpResponse.create()
                        .withStatus(t.status())
                        .withEntity(HttpEntities.create(
                                ContentTypes.parse(t.contentType()), t.body().getBytes(StandardCharsets.UTF_8)));
            case Answer.Raw r -> r.response();
        };
    }

    private static HttpResponse json(int status, Object body) {
        byte[] bytes = body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : Json.bytes(body);
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes));
    }

    private static HttpResponse refusal(Problem problem, String requestId) {
        HttpResponse response = HttpResponse.create()
                .withStatus(problem.status())
                .withEntity(HttpEntities.create(PROBLEM, Json.bytes(problem.body(requestId))));
        for (Map.Entry<String, String> header : problem.headers().entrySet()) {
            response = response.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        }
        return response;
    }

    private static Problem problem(Throwable thrown, String requestId) {
        Throwable e = unwrapped(thrown);
        return switch (e) {
            case Problem problem -> problem;
            case DatabaseAway away -> Problem.unavailable("the database can't be reached; nothing was accepted");
            case TimeoutException late -> Problem.unavailable("no answer in time; whether it was done is not known");
            default -> {
                LOG.atError().addKeyValue("request_id", requestId).setCause(e).log("a request failed");
                yield Problem.internal();
            }
        };
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable e = thrown;
        while (e instanceof CompletionException && e.getCause() != null) {
            e = e.getCause();
        }
        return e;
    }

    private static Optional<String> header(HttpRequest request, String lowerCaseName) {
        for (HttpHeader header : request.getHeaders()) {
            if (header.is(lowerCaseName)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }
}
