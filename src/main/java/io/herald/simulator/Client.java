package io.herald.simulator;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * The vendors' side of callbacks and inbound messages. A request that isn't answered in time fails with a
 * {@link java.util.concurrent.TimeoutException}. Nothing is repeated: a request is written once or not at all. Connections
 * are made as needed; who calls bounds their number.
 */
final class Client {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int LARGEST_ANSWER = 1 << 20;

    /**
     * For so long a target that refused a connection is taken to refuse the next: a node that is being restarted has better
     * use for the processor.
     */
    private static final long REFUSAL_NANOS = 50_000_000;

    private final Loops loops;
    private final Duration answerTime;
    private final Supplier<SslContext> tls;
    private final Map<Target, Long> refusals = new ConcurrentHashMap<>();
    /** Each thread's own, for a connection belongs to one thread. */
    private final FastThreadLocal<Map<Target, Pool>> pools = new FastThreadLocal<>() {
        @Override
        protected Map<Target, Pool> initialValue() {
            return new HashMap<>();
        }
    };

    private record Target(boolean secure, String host, int port) {
        static Target of(URI uri) {
            boolean secure = "https".equalsIgnoreCase(uri.getScheme());
            int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
            return new Target(secure, uri.getHost().toLowerCase(Locale.ROOT), port);
        }

        String authority() {
            return port == (secure ? 443 : 80) ? host : host + ":" + port;
        }

        /** Needs no name service, which could keep the caller waiting. */
        boolean near() {
            return host.equals("localhost") || NetUtil.createByteArrayFromIpAddressString(host) != null;
        }
    }

    /** Made with the first https URL, for it takes its time. */
    private static final class Tls {
        static final SslContext CONTEXT = context();

        private static SslContext context() {
            try {
                return SslContextBuilder.forClient()
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
            } catch (SSLException e) {
                throw new IllegalStateException("every Java platform has TLS", e);
            }
        }
    }

    Client(Loops loops, Duration answerTime) {
        this(loops, answerTime, () -> Tls.CONTEXT);
    }

    /** @param tls asked for where a URL is https */
    Client(Loops loops, Duration answerTime, Supplier<SslContext> tls) {
        this.loops = loops;
        this.answerTime = answerTime;
        this.tls = tls;
    }

    /**
     * The answer; fails where there is none.
     *
     * @throws IllegalArgumentException where the URL is none
     */
    CompletionStage<Post.Answer> send(Post post) {
        URI uri = Urls.ascii(post.url());
        Target target = Target.of(uri);
        Long refused = refusals.get(target);
        if (refused != null && System.nanoTime() - refused < REFUSAL_NANOS) {
            return CompletableFuture.failedFuture(
                    new ConnectException(target.authority() + " refused a connection a moment ago"));
        }
        FullHttpRequest request = request(post, uri, target);
        CompletableFuture<Post.Answer> answer = new CompletableFuture<>();
        EventLoop loop = loops.here();
        if (loop.inEventLoop()) {
            ask(loop, target, request, answer);
        } else {
            loop.execute(() -> ask(loop, target, request, answer));
        }
        return answer;
    }

    private static FullHttpRequest request(Post post, URI uri, Target target) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery(),
                Unpooled.wrappedBuffer(post.body()));
        request.headers()
                .set(HttpHeaderNames.HOST, target.authority())
                .set(HttpHeaderNames.CONTENT_TYPE, post.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, post.body().length);
        post.headers().forEach((name, value) -> request.headers().set(name, value));
        return request;
    }

    private void ask(EventLoop loop, Target target, FullHttpRequest request, CompletableFuture<Post.Answer> answer) {
        Pool pool = pools.get().computeIfAbsent(target, t -> new Pool(loop));
        Line free = pool.take();
        if (free != null) {
            free.ask(request, answer, answerTime);
        } else if (target.near()) {
            connect(loop, target, new InetSocketAddress(target.host, target.port), new Line(pool), request, answer);
        } else {
            Thread.startVirtualThread(() -> {
                InetSocketAddress address = new InetSocketAddress(target.host, target.port);
                loop.execute(() -> connect(loop, target, address, new Line(pool), request, answer));
            });
        }
    }

    private void connect(
            EventLoop loop,
            Target target,
            InetSocketAddress address,
            Line line,
            FullHttpRequest request,
            CompletableFuture<Post.Answer> answer) {
        ChannelFuture connected = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .disableResolver()
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (target.secure) {
                            channel.pipeline().addLast(tls.get().newHandler(channel.alloc(), target.host, target.port));
                        }
                        channel.pipeline()
                                .addLast(new HttpClientCodec(), new HttpObjectAggregator(LARGEST_ANSWER), line);
                    }
                })
                .connect(address);
        connected.addListener(done -> {
            if (done.isSuccess()) {
                line.ask(request, answer, answerTime);
            } else {
                Throwable cause = done.cause();
                if (cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException)) {
                    refusals.put(target, System.nanoTime());
                }
                request.release();
                answer.completeExceptionally(cause);
            }
        });
    }
}
