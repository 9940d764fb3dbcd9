package io.herald.channel;

import io.herald.channel.ProviderHttp.Answer;
import io.herald.channel.ProviderHttp.NoAnswer;
import io.herald.channel.ProviderHttp.Reply;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a connection's pipeline: matches its answers to its requests, one at a time. All of it happens on the connection's thread. */
final class Conversation extends SimpleChannelInboundHandler<FullHttpResponse> {
    private @Nullable CompletableFuture<Reply> waiting;
    private Runnable release = () -> {};

    /** @param release gives the connection back, open or closed */
    void begin(CompletableFuture<Reply> reply, Runnable release) {
        this.waiting = reply;
        this.release = release;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        if (response.decoderResult().isFailure() || response.protocolVersion().majorVersion() != 1) {
            end(context, new NoAnswer("the answer is no HTTP"), false);
        } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            end(context, answer(response), HttpUtil.isKeepAlive(response));
        }
    }

    private static Answer answer(FullHttpResponse response) {
        Map<String, String> headers = new HashMap<>();
        response.headers()
                .iteratorAsString()
                .forEachRemaining(
                        header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new Answer(response.status().code(), headers, ByteBufUtil.getBytes(response.content()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context, new NoAnswer("the connection broke"), false);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable e) {
        boolean tooLarge = e instanceof TooLongHttpContentException;
        end(context, tooLarge ? new NoAnswer("the answer is too large") : broke(e), false);
    }

    /** Tells the kind of failure only: what the network says may name hosts or echo what was sent. */
    static NoAnswer broke(Throwable e) {
        return new NoAnswer(
                "the connection broke: " + e.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && waiting == null) {
            context.close();
        }
    }

    private void end(ChannelHandlerContext context, Reply reply, boolean keep) {
        if (!keep) {
            context.close();
        }
        CompletableFuture<Reply> answered = waiting;
        if (answered != null) {
            waiting = null;
            release.run();
            answered.complete(reply);
        }
    }
}
