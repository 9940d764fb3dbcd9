package io.herald.platform.http;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.platform.serialization.Json;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an endpoint answers: a status with JSON, or a response of its own making. */
public sealed interface Answer {

    /** @param body anything that {@link Json} writes */
    record Document(int status, Object body) implements Answer {}

    record Empty(int status) implements Answer {}

    /** A text that is no JSON. */
    record Text(int status, String contentType, String body) implements Answer {}

    /** A stream, a file: passed on as it is. */
    record Raw(HttpResponse response) implements Answer {}

    /** A page of a list. */
    record Page<T>(
            List<T> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String nextCursor) {

        /** The same page with each item as the function shows it. */
        public <U> Page<U> of(Function<T, U> shown) {
            return new Page<>(items.stream().map(shown).toList(), nextCursor);
        }
    }

    static Answer ok(Object body) {
        return new Document(200, body);
    }

    static Answer created(Object body) {
        return new Document(201, body);
    }

    static Answer accepted(Object body) {
        return new Document(202, body);
    }

    static Answer noContent() {
        return new Empty(204);
    }
}
