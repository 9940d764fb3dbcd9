package io.herald.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The simulator's own API, for tests: what was seen, and how the vendors are to behave. */
final class Control {
    private final Simulator simulator;
    private final Audit audit;
    private final Client client;

    Control(Simulator simulator, Audit audit, Client client) {
        this.simulator = simulator;
        this.audit = audit;
        this.client = client;
    }

    static boolean serves(String path) {
        return path.startsWith("/_");
    }

    CompletionStage<Reply> handle(Request request) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "GET /_health" -> done(Reply.text(200, "ok"));
                case "GET /_audit/summary" -> done(Reply.json(200, simulator.summary()));
                case "GET /_audit/requests" -> done(requests(request));
                case "DELETE /_audit" -> {
                    simulator.clear();
                    yield done(Reply.empty(204));
                }
                case "GET /_faults" -> done(Reply.json(200, FaultsFormat.write(simulator.faults())));
                case "POST /_faults" ->
                    done(Reply.json(200, FaultsFormat.write(simulator.changeFaults(request.body()))));
                case "POST /_callbacks" -> {
                    JsonNode json = json(request.body());
                    simulator.gupshupCallback(
                            json.path("account").asText(), json.path("url").asText());
                    yield done(Reply.empty(204));
                }
                case "POST /_inbound" -> inbound(Inbound.parse(json(request.body())));
                default -> done(Reply.text(404, "no such thing: " + request.method() + " " + request.path()));
            };
        } catch (IllegalArgumentException e) {
            return done(Reply.text(400, String.valueOf(e.getMessage())));
        }
    }

    private Reply requests(Request request) {
        String since = Form.parse(request.query()).first("since");
        return new Reply(200, "application/x-ndjson", audit.from(offset(since)), Map.of());
    }

    private CompletionStage<Reply> inbound(Inbound inbound) {
        return client.send(inbound.post())
                .thenApply(answer -> Reply.json(
                        200,
                        Reply.JSON
                                .createObjectNode()
                                .put("status", answer.status())
                                .put("body", answer.body())))
                .exceptionally(e -> Reply.text(502, "the url gave no answer: " + e.getMessage()));
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
            return Reply.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
    }

    private static CompletionStage<Reply> done(Reply response) {
        return CompletableFuture.completedFuture(response);
    }
}
