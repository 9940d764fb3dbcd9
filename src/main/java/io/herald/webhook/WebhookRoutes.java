package io.herald.webhook;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import io.herald.channel.CallbackUrls;
import io.herald.channel.WebhookRequest;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/webhooks}: open to all, because providers prove themselves by what they send. */
public final class WebhookRoutes implements Endpoint.Group {
    private static final long LARGEST = 1L << 20;

    private final Webhooks webhooks;
    private final CallbackUrls callbacks;

    public WebhookRoutes(Webhooks webhooks, CallbackUrls callbacks) {
        this.webhooks = webhooks;
        this.callbacks = callbacks;
    }

    @Override
    public List<Endpoint> endpoints() {
        String path = CallbackUrls.PATH + "/{provider}";
        return List.of(
                Endpoint.act(path, Access.OPEN, x -> handle(x, null, null)).upTo(LARGEST),
                Endpoint.act(path + "/{account}", Access.OPEN, x -> handle(x, x.path("account"), null))
                        .upTo(LARGEST),
                Endpoint.act(
                                path + "/{account}/{token}",
                                Access.OPEN,
                                x -> handle(x, x.path("account"), x.path("token")))
                        .upTo(LARGEST));
    }

    private CompletionStage<Answer> handle(Exchange x, @Nullable String account, @Nullable String token) {
        return webhooks.handle(x.path("provider"), account, token, request(x))
                .thenApply(response -> new Answer.Text(200, response.contentType(), response.body()));
    }

    private WebhookRequest request(Exchange x) {
        HttpRequest request = x.request();
        Map<String, String> headers = new HashMap<>();
        String rawUri = request.getUri().path();
        for (HttpHeader header : request.getHeaders()) {
            headers.putIfAbsent(header.lowercaseName(), header.value());
            if (header.is("raw-request-uri")) {
                rawUri = header.value();
            }
        }
        String contentType =
                request.entity().getContentType().mediaType().toString().toLowerCase(Locale.ROOT);
        return new WebhookRequest(
                callbacks.publicUrl() + pathAndQuery(rawUri), x.query(), headers, contentType, x.body());
    }

    /** Of a request line's target in any of its forms. */
    private static String pathAndQuery(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        int authority = target.indexOf("://");
        int slash = authority < 0 ? -1 : target.indexOf('/', authority + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }
}
