package io.herald.simulator;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a simulator, each with its connections and timers. What begins on one goes on there: a request, the pause
 * before its answer, its callbacks and their connections need no other thread.
 */
final class Loops implements AutoCloseable {
    private static final int THREADS = 2;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("simulator", true), NioIoHandler.newFactory());

    private final Timer timer = new Timer();

    EventLoopGroup group() {
        return group;
    }

    /** The calling thread's own loop, or any where it has none. */
    EventLoop here() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        return group.next();
    }

    /** Soon, and never within this call; what comes after the end is dropped. */
    void soon(Runnable task) {
        try {
            here().execute(task);
        } catch (RejectedExecutionException e) {
            if (!group.isShuttingDown()) {
                throw e;
            }
        }
    }

    /** Never early, and late by some two milliseconds at most. */
    void after(Duration delay, Runnable task) {
        timer.after(delay, here(), task);
    }

    /** Drops what is planned. Connections must have been closed before. */
    @Override
    public void close() {
        timer.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
