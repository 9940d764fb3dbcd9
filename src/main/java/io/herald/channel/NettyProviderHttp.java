package io.herald.channel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.SimpleChannelPool;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * {@link ProviderHttp} over kept connections of one account's own. How many are open at once is bounded by whoever calls. Answers are
 * handed on where they come in, so what is chained to them must be short and must not block.
 */
public final class NettyProviderHttp implements ProviderHttp {
    private static final int MAX_BODY = 256 * 1024;
    private static final int MAX_HEAD = 16 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(20);

    private final ProviderConnections connections;
    private final Duration timeout;
    private final Map<Target, SimpleChannelPool> pools = new ConcurrentHashMap<>();

    private record Target(boolean tls, String host, int port) {
        static Target of(URI uri) {
            boolean tls = "https".equalsIgnoreCase(uri.getScheme());
            if ((!tls && !"http".equalsIgnoreCase(uri.getScheme()))
                    || uri.getHost() == null
                    || uri.getPort() > 65_535) {
                throw new IllegalArgumentException("its URL is not an absolute http or https one");
            }
            int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
            return new Target(tls, uri.getHost(), port);
        }

        String authority() {
            return port == (tls ? 443 : 80) ? host : host + ":" + port;
        }
    }

    /** @param timeout how long an answer is waited for, connecting included */
    public NettyProviderHttp(ProviderConnections connections, Duration timeout) {
        this.connections = connections;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Reply> call(Call call) {
        Target target;
        FullHttpRequest request;
        try {
            URI uri = URI.create(call.url());
            target = Target.of(uri);
            request = request(call, uri, target);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(new NotConnected("the request can't be built: " + e.getMessage()));
        }
        Flight flight = new Flight(request);
        try {
            Future<?> tooLate = connections.schedule(() -> flight.tooLate(timeout), timeout);
            flight.reply.thenRun(() -> tooLate.cancel(false));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new NotConnected("this node is stopping"));
        }
        SimpleChannelPool pool = pools.computeIfAbsent(target, this::pool);
        pool.acquire().addListener((Future<Channel> acquired) -> {
            if (acquired.isSuccess()) {
                flight.board(pool, acquired.getNow());
            } else {
                flight.reply.complete(new NotConnected("no connection"));
            }
        });
        return flight.reply;
    }

    private static FullHttpRequest request(Call call, URI uri, Target target) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(call.method()),
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery(),
                Unpooled.wrappedBuffer(call.body()));
        request.headers().set(HttpHeaderNames.HOST, target.authority()).set(HttpHeaderNames.USER_AGENT, "Herald");
        call.headers().forEach(request.headers()::set);
        if (call.method().equals("POST")) {
            request.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, call.contentType())
                    .set(HttpHeaderNames.CONTENT_LENGTH, call.body().length);
        }
        return request;
    }

    private SimpleChannelPool pool(Target target) {
        String host = target.host.startsWith("[") ? target.host.substring(1, target.host.length() - 1) : target.host;
        return new SimpleChannelPool(
                connections.to(InetSocketAddress.createUnresolved(host, target.port)),
                new AbstractChannelPoolHandler() {
                    @Override
                    public void channelCreated(Channel channel) {
                        if (target.tls) {
                            SslHandler tls = connections.tls().newHandler(channel.alloc(), host, target.port);
                            tls.setHandshakeTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
                            channel.pipeline().addLast(tls);
                        }
                        channel.pipeline()
                                .addLast(new IdleStateHandler(0, 0, IDLE.toSeconds(), TimeUnit.SECONDS))
                                .addLast(new HttpClientCodec(
                                        new HttpDecoderConfig()
                                                .setMaxInitialLineLength(MAX_HEAD)
                                                .setMaxHeaderSize(MAX_HEAD)
                                                .setValidateHeaders(false),
                                        false,
                                        false))
                                .addLast(new HttpObjectAggregator(MAX_BODY))
                                .addLast(new Conversation());
                    }
                });
    }

    /** One call on its way: it boards a connection in time, or has not left. */
    private static final class Flight {
        final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private final FullHttpRequest request;
        private final AtomicBoolean decided = new AtomicBoolean();
        private volatile @Nullable Channel channel;

        Flight(FullHttpRequest request) {
            this.request = request;
        }

        void board(SimpleChannelPool pool, Channel free) {
            if (!decided.compareAndSet(false, true)) {
                pool.release(free);
                return;
            }
            channel = free;
            SslHandler tls = free.pipeline().get(SslHandler.class);
            if (tls == null) {
                leave(pool, free);
                return;
            }
            tls.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    leave(pool, free);
                } else {
                    reply.complete(new NotConnected("no TLS session"));
                    pool.release(free);
                }
            });
        }

        private void leave(SimpleChannelPool pool, Channel free) {
            free.pipeline().get(Conversation.class).begin(reply, () -> pool.release(free));
            free.writeAndFlush(request).addListener(written -> {
                if (!written.isSuccess()) {
                    reply.complete(Conversation.broke(written.cause()));
                    free.close();
                }
            });
        }

        void tooLate(Duration timeout) {
            if (decided.compareAndSet(false, true)) {
                reply.complete(new NotConnected("no connection within " + timeout.toMillis() + " ms"));
                return;
            }
            Channel taken = channel;
            if (reply.complete(new NoAnswer("no answer within " + timeout.toMillis() + " ms")) && taken != null) {
                taken.close();
            }
        }
    }
}
