package io.herald.simulator;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.settings.ServerSettings;
import akka.io.TcpSO;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.TLSPlacebo;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The HTTP server, put together from Akka's TCP and HTTP layers rather than bound in one piece: between the two stands a
 * switch for each connection. Failing it makes the TCP layer abort (a reset, no linger), which a failing HTTP handler can't
 * bring about: that one is answered with a 500.
 */
final class Listener implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    /** Longer than an answer is ever withheld. */
    private static final Duration IDLE_TIME = Duration.ofMinutes(2);

    private final Tcp.ServerBinding binding;
    private final SharedKillSwitch all;

    interface Handler {
        /** Never fails; may leave the answer open and reset the connection. */
        CompletionStage<HttpResponse> handle(HttpRequest request, Connection connection);
    }

    private Listener(Tcp.ServerBinding binding, SharedKillSwitch all) {
        this.binding = binding;
        this.all = all;
    }

    /** Returns when bound; connections in any number are taken. */
    static Listener bind(ActorSystem<?> system, String host, int port, Handler handler) {
        SharedKillSwitch all = KillSwitches.shared("simulator");
        ServerSettings settings = settings(system);
        CompletionStage<Tcp.ServerBinding> binding = Tcp.get(system)
                .bind(host, port, BACKLOG, List.of(TcpSO.tcpNoDelay(true)), false, Optional.of(IDLE_TIME))
                .to(Sink.foreach(connection -> serve(connection, system, settings, all, handler)))
                .run(system);
        try {
            return new Listener(binding.toCompletableFuture().join(), all);
        } catch (CompletionException e) {
            throw new IllegalStateException("the simulator can't listen on " + host + ":" + port, e.getCause());
        }
    }

    int port() {
        return binding.localAddress().getPort();
    }

    /** Takes no more connections and ends those there are. */
    @Override
    public void close() {
        CompletableFuture<?> unbound = binding.unbind().toCompletableFuture();
        all.shutdown();
        unbound.join();
    }

    private static void serve(
            Tcp.IncomingConnection connection,
            ActorSystem<?> system,
            ServerSettings settings,
            SharedKillSwitch all,
            Handler handler) {
        SharedKillSwitch one = KillSwitches.shared("simulator-connection");
        Connection resettable = () -> one.abort(new Torn());
        Flow<HttpRequest, HttpResponse, NotUsed> answering =
                Flow.of(HttpRequest.class).mapAsync(1, request -> handler.handle(request, resettable));
        BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http =
                Http.get(system).serverLayer(settings).atop(noTls());
        connection.handleWith(answering.join(http).via(one.<ByteString>flow()).via(all.<ByteString>flow()), system);
    }

    /** A producer of the narrower type where Akka's invariant signature asks for the wider. */
    @SuppressWarnings("unchecked")
    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> noTls() {
        return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
                (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();
    }

    /** No request timeout (it would answer what is to stay unanswered) and no parsing of headers nobody reads. */
    private static ServerSettings settings(ActorSystem<?> system) {
        ServerSettings configured = ServerSettings.create(system.classicSystem());
        return configured
                .withTimeouts(configured
                        .getTimeouts()
                        .withRequestTimeout(scala.concurrent.duration.Duration.Inf())
                        .withIdleTimeout(scala.concurrent.duration.Duration.Inf()))
                .withMaxConnections(4_096)
                .withServerHeader(Optional.empty())
                .withRemoteAddressAttribute(false)
                .withParserSettings(configured
                        .getParserSettings()
                        .withModeledHeaderParsing(false)
                        .withUriParsingMode(Uri.RELAXED));
    }

    /** Why a connection ends early; without a stack, for there is nothing to look for. */
    private static final class Torn extends RuntimeException {
        Torn() {
            super("torn down on purpose", null, false, false);
        }
    }
}
