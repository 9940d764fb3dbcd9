package io.herald.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection of the client's, with one request at a time. All of it happens on the connection's thread. */
final class Line extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Pool pool;
    private @Nullable ChannelHandlerContext context;
    private @Nullable UnderWay underWay;

    private record UnderWay(CompletableFuture<Post.Answer> answer, ScheduledFuture<?> timeout) {}

    Line(Pool pool) {
        this.pool = pool;
    }

    boolean open() {
        return context != null && context.channel().isActive();
    }

    void hangUp() {
        if (context != null) {
            context.close();
        }
    }

    /** Once it is connected, and while no other request is under way. */
    void ask(FullHttpRequest request, CompletableFuture<Post.Answer> answer, Duration patience) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            request.release();
            answer.completeExceptionally(new IOException("the connection is gone"));
            return;
        }
        ScheduledFuture<?> timeout = ctx.executor()
                .schedule(
                        () -> fail(new TimeoutException("no answer within " + patience)),
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        underWay = new UnderWay(answer, timeout);
        ctx.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                fail(written.cause());
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            return;
        }
        UnderWay answered = underWay;
        if (answered == null || response.decoderResult().isFailure()) {
            fail(new IOException(
                    "the answer can't be read", response.decoderResult().cause()));
            return;
        }
        done(answered);
        if (HttpUtil.isKeepAlive(response) && ctx.channel().isActive()) {
            pool.give(this);
        } else {
            ctx.close();
        }
        answered.answer.complete(
                new Post.Answer(response.status().code(), response.content().toString(StandardCharsets.UTF_8)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.remove(this);
        fail(new IOException("the connection was closed before an answer came"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        hangUp();
        UnderWay failed = underWay;
        if (failed != null) {
            done(failed);
            failed.answer.completeExceptionally(cause);
        }
    }

    private void done(UnderWay one) {
        underWay = null;
        one.timeout.cancel(false);
    }
}
