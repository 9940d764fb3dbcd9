package io.herald.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gupshup's RCS as the project requires it: a JSON body at the self-serve endpoint, with that endpoint's documented key,
 * answers and callbacks. No public document shows this combination.
 */
final class GupshupRcs {
    static final String PATH = "/wa/api/v1/msg";
    static final int NO_RCS = 1002;

    private static final Attempt.Refusals REFUSALS = new Attempt.Refusals() {
        @Override
        public Reply throttled() {
            return error(429, "Too Many Requests").with("Retry-After", "1");
        }

        @Override
        public Reply broken(int status) {
            return error(status, status == 500 ? "Internal Server Error" : "Service Unavailable");
        }
    };

    private final Map<String, String> callbackUrls;

    /** @param callbackUrls by api key; those set later count as well */
    GupshupRcs(Map<String, String> callbackUrls) {
        this.callbackUrls = callbackUrls;
    }

    Attempt send(Request request, Faults faults, Chance chance) {
        String apiKey = Objects.requireNonNullElse(request.header("apikey"), "");
        JsonNode json = request.is(Reply.APPLICATION_JSON) ? parse(request.body()) : Reply.JSON.missingNode();
        String destination = json.path("destination").asText();
        String to = Phones.digits(destination) ? "+" + destination : destination;
        String key = Attempt.key(
                request, () -> Hash64.of(apiKey, to, json.path("message").toString()));
        return new Attempt(
                Api.GUPSHUP_RCS, apiKey, to, key, verdict(apiKey, json, destination, to, faults, chance), REFUSALS);
    }

    private Attempt.Verdict verdict(
            String apiKey, JsonNode json, String destination, String to, Faults faults, Chance chance) {
        if (apiKey.isEmpty() || apiKey.startsWith("bad")) {
            return new Attempt.Verdict.Refused(Outcome.UNAUTHORIZED, error(401, "Authentication Failed"));
        }
        String broken = json.isObject() ? GupshupCard.broken(json) : "the body must be a JSON object";
        if (broken != null) {
            return new Attempt.Verdict.Refused(Outcome.REJECTED, error(400, broken));
        }
        if (faults.fates().incapableMode() == Faults.IncapableMode.REFUSED && Fate.incapable(to, faults.fates())) {
            ObjectNode refusal = body("Destination is not on RCS").put("code", NO_RCS);
            return new Attempt.Verdict.Refused(Outcome.REJECTED, Reply.json(400, refusal));
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new Attempt.Verdict.Willing(new GupshupRcsSend(
                new UUID(high, low).toString(),
                destination,
                Fate.of(Api.GUPSHUP_RCS, to, faults.fates(), chance),
                callbackUrls.get(apiKey)));
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, body(message));
    }

    private static ObjectNode body(String message) {
        return Reply.JSON.createObjectNode().put("status", "error").put("message", message);
    }

    private static JsonNode parse(String body) {
        try {
            return Reply.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return Reply.JSON.missingNode();
        }
    }
}
