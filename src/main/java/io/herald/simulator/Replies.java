package io.herald.simulator;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** HTTP answers. */
final class Replies {
    static final ObjectMapper JSON = new ObjectMapper();

    private Replies() {}

    static HttpResponse json(int status, Object body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(body)));
    }

    static HttpResponse text(int status, String body) {
        return text(status, ContentTypes.TEXT_PLAIN_UTF8, body);
    }

    static HttpResponse text(int status, ContentType.NonBinary type, String body) {
        return HttpResponse.create().withStatus(status).withEntity(HttpEntities.create(type, body));
    }

    static byte[] bytes(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the simulator's own answers can be written", e);
        }
    }
}
