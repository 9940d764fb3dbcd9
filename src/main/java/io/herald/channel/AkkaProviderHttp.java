package io.herald.channel;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.javadsl.settings.ConnectionPoolSettings;
import akka.stream.BufferOverflowException;
import akka.stream.StreamTcpException;
import akka.util.ByteString;
import io.herald.platform.Stages;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** {@link ProviderHttp} over a pool of connections of one account's own. */
public final class AkkaProviderHttp implements ProviderHttp {
    private static final int MAX_BODY = 256 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final ActorSystem<?> system;
    private final Http http;
    private final ConnectionPoolSettings settings;
    private final HttpsConnectionContext https;
    private final Duration timeout;

    /**
     * @param maxConcurrent how many calls may be open at once
     * @param timeout how long an answer is waited for
     */
    public AkkaProviderHttp(ActorSystem<?> system, int maxConcurrent, Duration timeout) {
        this.system = system;
        this.http = Http.get(system);
        this.timeout = timeout;
        // The lane holds the bound; the pool has room for a look-up beside it.
        int connections = maxConcurrent + 4;
        this.settings = ConnectionPoolSettings.create(system.classicSystem())
                .withMaxConnections(connections)
                .withMinConnections(0)
                .withMaxOpenRequests(Integer.highestOneBit(connections) * 4)
                .withMaxRetries(0)
                .withPipeliningLimit(1)
                .withConnectionSettings(ClientConnectionSettings.create(system.classicSystem())
                        .withConnectingTimeout(scala.jdk.javaapi.DurationConverters.toScala(CONNECT_TIMEOUT))
                        .withIdleTimeout(scala.jdk.javaapi.DurationConverters.toScala(timeout.plusSeconds(1))));
        try {
            this.https = ConnectionContext.httpsClient(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no default TLS context", e);
        }
    }

    @Override
    public CompletionStage<Reply> call(Call call) {
        HttpRequest request;
        try {
            request = HttpRequest.create()
                    .withMethod(call.method().equals("GET") ? HttpMethods.GET : HttpMethods.POST)
                    .withUri(Uri.create(call.url()));
            for (Map.Entry<String, String> header : call.headers().entrySet()) {
                request = request.addHeader(RawHeader.create(header.getKey(), header.getValue()));
            }
            if (call.method().equals("POST")) {
                request = request.withEntity(HttpEntities.create(
                        ContentTypes.parse(call.contentType()), ByteString.fromArrayUnsafe(call.body())));
            }
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(new NotConnected("the request can't be built: " + e.getMessage()));
        }
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Stages.direct(http.singleRequest(
                        request, https, settings, system.classicSystem().log()))
                .thenCompose(this::read)
                .exceptionally(AkkaProviderHttp::failed)
                .thenAccept(reply::complete);
        Cancellable tooLate = system.scheduler()
                .scheduleOnce(
                        timeout,
                        () -> reply.complete(new NoAnswer("no answer within " + timeout.toMillis() + " ms")),
                        system.executionContext());
        return reply.whenComplete((done, failure) -> tooLate.cancel());
    }

    private CompletionStage<Reply> read(HttpResponse response) {
        Map<String, String> headers = new HashMap<>();
        for (HttpHeader header : response.getHeaders()) {
            headers.putIfAbsent(header.lowercaseName(), header.value());
        }
        return Stages.direct(response.entity().withSizeLimit(MAX_BODY).toStrict(timeout.toMillis(), system))
                .<Reply>thenApply(entity -> new Answer(
                        response.status().intValue(), headers, entity.getData().toArrayUnsafe()))
                .exceptionally(e -> new NoAnswer("the answer was cut off or too large"));
    }

    private static Reply failed(Throwable thrown) {
        Throwable e = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (e instanceof StreamTcpException && message.contains("Connect(")) {
            return new NotConnected("no connection");
        }
        if (e instanceof SSLHandshakeException) {
            return new NotConnected("no TLS session");
        }
        if (e instanceof BufferOverflowException) {
            return new NotConnected("the pool of connections is full");
        }
        return new NoAnswer(reason(e));
    }

    /** The kind of failure only: what the network says may name hosts or echo what was sent. */
    private static String reason(Throwable e) {
        return "the connection broke: " + e.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** For forms: {@code name=value&...} of UTF-8. */
    public static byte[] form(Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(java.net.URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(java.net.URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
