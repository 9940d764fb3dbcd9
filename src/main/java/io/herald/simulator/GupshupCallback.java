package io.herald.simulator;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.Uri;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
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
    public HttpRequest request(int tries) {
        return post(url, body.get());
    }

    @Override
    public Retry retry() {
        return RETRY;
    }

    static HttpRequest post(String url, JsonNode body) {
        return HttpRequest.POST("/")
                .withUri(Uri.create(url, Uri.RELAXED))
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Replies.bytes(body)));
    }
}
