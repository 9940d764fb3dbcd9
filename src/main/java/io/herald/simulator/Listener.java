package io.herald.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** The HTTP server. A request is handled on its connection's thread; what handles it must not block. */
final class Listener implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final int LONGEST_LINE = 16 << 10;
    private static final int LARGEST_HEADERS = 16 << 10;
    private static final int CHUNK = 8 << 10;
    private static final int LARGEST_BODY = 1 << 20;
    /** Longer than an answer is ever withheld. */
    private static final int IDLE_SECONDS = 120;

    private final Channel server;
    private final ChannelGroup connections;

    interface Handler {
        /** May leave the answer open and reset the connection. */
        CompletionStage<Reply> handle(Request request, Connection connection);
    }

    private Listener(Channel server, ChannelGroup connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * Returns when bound; connections in any number are taken.
     *
     * @throws IllegalStateException where the port is taken
     */
    static Listener bind(Loops loops, String host, int port, Handler handler) {
        ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connections.add(connection);
                        connection
                                .pipeline()
                                .addLast(
                                        new ReadTimeoutHandler(IDLE_SECONDS),
                                        new HttpServerCodec(LONGEST_LINE, LARGEST_HEADERS, CHUNK),
                                        new WholeRequests(),
                                        new Conversation(handler));
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException("the simulator can't listen on " + host + ":" + port, bound.cause());
        }
        return new Listener(bound.channel(), connections);
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Takes no more connections and ends those there are. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }

    /** Puts requests together; one that is too large is answered in its turn, and the rest of it passed over. */
    private static final class WholeRequests extends HttpObjectAggregator {
        WholeRequests() {
            super(LARGEST_BODY);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
            context.fireChannelRead(new Conversation.Unreadable(Reply.empty(413), HttpUtil.isKeepAlive(oversized)));
        }
    }
}
