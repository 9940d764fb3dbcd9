package io.herald.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said on one connection of the server: requests are handled one at a time, so that answers go out in order. All of
 * it happens on the connection's thread.
 */
final class Conversation extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    /** Requests that wait for an earlier one's answer, before the connection is no longer read. */
    private static final int MOST_WAITING = 32;

    private final Listener.Handler handler;
    private final Queue<Heard> waiting = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private boolean handling;
    private boolean reading;
    private boolean over;

    /** What came in, to be answered in its turn. */
    sealed interface Heard permits Asked, Unreadable {}

    private record Asked(Request request, boolean http11, boolean keepAlive) implements Heard {}

    /** A request that the server itself answers, since no more than that can be made of it. */
    record Unreadable(Reply reply, boolean keepAlive) implements Heard {}

    Conversation(Listener.Handler handler) {
        this.handler = handler;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!over) {
                reading = true;
                waiting.add(message instanceof FullHttpRequest request ? heard(request) : (Unreadable) message);
                if (waiting.size() >= MOST_WAITING) {
                    ctx.channel().config().setAutoRead(false);
                }
                proceed(ctx);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        ctx.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof ReadTimeoutException)) {
            LOG.error("a connection to the simulator failed", cause);
        }
        end();
        ctx.close();
    }

    @Override
    public void reset() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        if (!ctx.executor().inEventLoop()) {
            ctx.executor().execute(this::reset);
        } else if (ctx.channel().isOpen()) {
            end();
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        }
    }

    private void end() {
        over = true;
        waiting.clear();
    }

    private static Heard heard(FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            return unreadable(message.decoderResult().cause());
        }
        try {
            QueryStringDecoder uri = new QueryStringDecoder(message.uri());
            return new Asked(
                    new Request(
                            message.method().name(),
                            uri.path(),
                            uri.rawQuery(),
                            message.headers(),
                            message.content().toString(StandardCharsets.UTF_8)),
                    message.protocolVersion().isKeepAliveDefault(),
                    HttpUtil.isKeepAlive(message));
        } catch (IllegalArgumentException e) {
            return unreadable(e);
        }
    }

    private static Unreadable unreadable(Throwable cause) {
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        return new Unreadable(Reply.text(status, "the request can't be read: " + cause.getMessage()), false);
    }

    private void proceed(ChannelHandlerContext ctx) {
        while (!handling && !over) {
            Heard next = waiting.poll();
            switch (next) {
                case null -> {
                    ctx.channel().config().setAutoRead(true);
                    return;
                }
                case Unreadable(Reply reply, boolean keepAlive) -> write(ctx, reply, true, keepAlive);
                case Asked asked -> handle(ctx, asked);
            }
        }
    }

    private void handle(ChannelHandlerContext ctx, Asked asked) {
        CompletableFuture<Reply> answer = answer(asked.request).toCompletableFuture();
        if (answer.isDone()) {
            write(ctx, answer.join(), asked.http11, asked.keepAlive);
            return;
        }
        handling = true;
        answer.thenAccept(reply -> {
            if (ctx.executor().inEventLoop()) {
                answered(ctx, asked, reply);
            } else {
                ctx.executor().execute(() -> answered(ctx, asked, reply));
            }
        });
    }

    private CompletionStage<Reply> answer(Request request) {
        try {
            return handler.handle(request, this).exceptionally(e -> failed(request, e));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(failed(request, e));
        }
    }

    private static Reply failed(Request request, Throwable e) {
        LOG.error("the simulator failed at {} {}", request.method(), request.path(), e);
        return Reply.text(500, "the simulator failed: " + e);
    }

    private void answered(ChannelHandlerContext ctx, Asked asked, Reply reply) {
        handling = false;
        if (!over) {
            write(ctx, reply, asked.http11, asked.keepAlive);
            proceed(ctx);
            if (!reading) {
                ctx.flush();
            }
        }
    }

    private void write(ChannelHandlerContext ctx, Reply reply, boolean http11, boolean keepAlive) {
        ChannelFuture written = switch (reply.body()) {
            case Reply.Body.Bytes(byte[] bytes) -> {
                HttpResponse whole = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(reply.status()),
                        Unpooled.wrappedBuffer(bytes));
                yield ctx.write(head(whole, reply, bytes.length, http11, keepAlive));
            }
            case Reply.Body.Slice slice -> {
                long length = slice.to() - slice.from();
                HttpResponse first =
                        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
                ctx.write(head(first, reply, length, http11, keepAlive));
                ctx.write(new DefaultFileRegion(slice.file().toFile(), slice.from(), length))
                        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                yield ctx.write(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        };
        if (!keepAlive) {
            end();
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static HttpResponse head(HttpResponse head, Reply reply, long length, boolean http11, boolean keepAlive) {
        reply.headers().forEach((name, value) -> head.headers().set(name, value));
        if (!reply.type().isEmpty()) {
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.type());
        }
        if (reply.status() != HttpResponseStatus.NO_CONTENT.code()) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, "close");
        } else if (!http11) {
            head.headers().set(HttpHeaderNames.CONNECTION, "keep-alive");
        }
        return head;
    }
}
