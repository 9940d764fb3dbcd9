package io.herald.platform.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;
import io.herald.kernel.Ids;
import io.herald.platform.serialization.Json;

/**
 * What the HTTP layer refuses before there is a request, as problem+json like everything else. Named in application.conf; Akka looks
 * for it the way Scala keeps its objects, hence the dollar sign and the field.
 */
public final class HttpLayerErrors$ extends ParsingErrorHandler {
    public static final HttpLayerErrors$ MODULE$ = new HttpLayerErrors$();

    private HttpLayerErrors$() {}

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        String requestId = Ids.uuid7(System.currentTimeMillis());
        Problem problem = Problem.ofStatus(status.intValue(), status.reason(), error.summary());
        return HttpResponse.create()
                .withStatus(status.intValue())
                .addHeader(RawHeader.create("X-Request-Id", requestId))
                .withEntity(HttpEntities.create(
                        ContentTypes.parse("application/problem+json"), Json.bytes(problem.body(requestId))));
    }
}
