package io.herald.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** What the connections to all providers share: threads, TLS, and how names are looked up. */
public final class ProviderConnections implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    /** One: pools hand connections out on it, and each is used there and nowhere else. */
    private static final int THREADS = 1;

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("provider-io", true), NioIoHandler.newFactory());
    private final Names names = new Names();
    private final SslContext tls;

    public ProviderConnections() {
        try {
            tls = SslContextBuilder.forClient()
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS", e);
        }
    }

    Bootstrap to(InetSocketAddress address) {
        return new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .resolver(names)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .remoteAddress(address);
    }

    SslContext tls() {
        return tls;
    }

    Future<?> schedule(Runnable task, Duration delay) {
        return threads.next().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        names.close();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Asks the JDK, on a thread that may block. */
    private static final class Names extends AddressResolverGroup<InetSocketAddress> {
        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) {
                    ask(name, promise, all -> promise.setSuccess(all.getFirst()));
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                    ask(name, promise, promise::setSuccess);
                }
            }.asAddressResolver();
        }

        private static void ask(String name, Promise<?> promise, Consumer<List<InetAddress>> found) {
            Thread.ofVirtual().name("names").start(() -> {
                try {
                    found.accept(List.of(InetAddress.getAllByName(name)));
                } catch (UnknownHostException e) {
                    promise.setFailure(e);
                }
            });
        }
    }
}
