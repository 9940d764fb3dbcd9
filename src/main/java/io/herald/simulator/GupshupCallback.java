package io.herald.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A JSON report of Gupshup's. Gupshup's own repeating is not documented; here it is seven tries more after anything but a
 * 2xx.
 *
 * @param body made for each try, so that what waits stays small
 */
record GupshupCallback(String url, Supplier<JsonNode> body) implements Callback {
    private static final Retry RETRY = new Retry(7, EnumSet.allOf(Retry.Failure.class));

    @Override
    public Post post(int tries) {
        return post(url, body.get());
    }

    @Override
    public Retry retry() {
        return RETRY;
    }

    static Post post(String url, JsonNode body) {
        return new Post(url, Reply.APPLICATION_JSON, Reply.bytes(body), Map.of());
    }
}
