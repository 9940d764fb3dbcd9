package io.herald.simulator;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The simulator's own API, for tests: what was seen, and how the vendors are to behave. */
final class Control {
    private static final long ANSWER_MILLIS = 15_000;

    private final ActorSystem<?> system;
    private final Simulator simulator;
    private final Audit audit;
    private final Client client;

    Control(ActorSystem<?> system, Simulator simulator, Audit audit, Client client) {
        this.system = system;
        this.simulator = simulator;
        this.audit = audit;
        this.client = client;
    }

    static boolean serves(String path) {
        return path.startsWith("/_");
    }

    CompletionStage<HttpResponse> handle(HttpRequest request, String path, String body) {
        try {
            return switch (request.method().name() + " " + path) {
                case "GET /_health" -> done(Replies.text(200, "ok"));
                case "GET /_audit/summary" -> done(Replies.json(200, simulator.summary()));
                case "GET /_audit/requests" -> done(requests(request));
                case "DELETE /_audit" -> {
                    simulator.clear();
                    yield done(HttpResponse.create().withStatus(204));
                }
                case "GET /_faults" -> done(Replies.json(200, FaultsFormat.write(simulator.faults())));
                case "POST /_faults" -> done(Replies.json(200, FaultsFormat.write(simulator.changeFaults(body))));
                case "POST /_callbacks" -> {
                    JsonNode json = json(body);
                    simulator.gupshupCallback(
                            json.path("account").asText(), json.path("url").asText());
                    yield done(HttpResponse.create().withStatus(204));
                }
                case "POST /_inbound" -> inbound(Inbound.parse(json(body)));
                default ->
                    done(Replies.text(404, "no such thing: " + request.method().name() + " " + path));
            };
        } catch (IllegalArgumentException e) {
            return done(Replies.text(400, String.valueOf(e.getMessage())));
        }
    }

    private HttpResponse requests(HttpRequest request) {
        String since = Form.parse(request.getUri().rawQueryString().orElse("")).first("since");
        long to = audit.length();
        long from = Math.min(to, offset(since));
        return HttpResponse.create()
                .withEntity(
                        from == to
                                ? HttpEntities.create(ndjson(), new byte[0])
                                : HttpEntities.create(ndjson(), to - from, audit.read(from, to)));
    }

    private CompletionStage<HttpResponse> inbound(Inbound inbound) {
        return client.send(inbound.request())
                .thenCompose(answer -> answer.entity()
                        .toStrict(ANSWER_MILLIS, system)
                        .thenApply(entity -> Replies.json(
                                200,
                                Replies.JSON
                                        .createObjectNode()
                                        .put("status", answer.status().intValue())
                                        .put("body", entity.getData().utf8String()))))
                .exceptionally(e -> Replies.text(502, "the url gave no answer: " + e.getMessage()));
    }

    private static long offset(@Nullable String since) {
        try {
            return since == null ? 0 : Math.max(0, Long.parseLong(since));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("since: \"" + since + "\" is no byte offset", e);
        }
    }

    private static JsonNode json(String body) {
        try {
            return Replies.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
    }

    private static ContentType ndjson() {
        return MediaTypes.applicationBinary("x-ndjson", true).toContentType();
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
