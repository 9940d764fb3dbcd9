package io.herald.simulator;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends callbacks when they are due and again as their vendor would. At most {@value #UNDER_WAY} are under way; the rest
 * wait in a queue without bound, since a vendor doesn't forget a report because its customer is slow.
 */
final class Callbacks implements AutoCloseable {
    private static final int UNDER_WAY = 256;
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private final Loops loops;
    private final Client client;
    private final Queue<Try> ready = new ConcurrentLinkedQueue<>();
    private final Semaphore free = new Semaphore(UNDER_WAY);
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean closed;

    /** @param made tries before this one */
    private record Try(
            Callback callback, int made, @Nullable CompletableFuture<Void> told) {}

    Callbacks(Loops loops, Client client) {
        this.loops = loops;
        this.client = client;
    }

    void later(Callback callback, Duration delay) {
        waiting.incrementAndGet();
        due(new Try(callback, 0, null), delay);
    }

    /** Sends at once, past the queue; completes when the first try has been answered or has failed, never exceptionally. */
    CompletionStage<Void> now(Callback callback) {
        waiting.incrementAndGet();
        CompletableFuture<Void> told = new CompletableFuture<>();
        send(new Try(callback, 0, told), () -> {});
        return told;
    }

    boolean quiet() {
        return waiting.get() == 0;
    }

    AuditSummary.Callbacks summary() {
        return new AuditSummary.Callbacks(sent.get(), failed.get(), waiting.get());
    }

    /** The counts of what is over begin anew; what waits goes on waiting. */
    void clear() {
        sent.set(0);
        failed.set(0);
    }

    /** Drops what waits. */
    @Override
    public void close() {
        closed = true;
        ready.clear();
        waiting.set(0);
    }

    private void due(Try next, Duration delay) {
        loops.after(delay, () -> enter(next));
    }

    private void enter(Try next) {
        if (!closed) {
            ready.add(next);
            sendReady();
        }
    }

    private void sendReady() {
        while (!ready.isEmpty() && free.tryAcquire()) {
            Try next = ready.poll();
            if (next == null) {
                free.release(); // another thread took it; the loop looks again, lest one was added meanwhile
            } else {
                send(next, () -> {
                    free.release();
                    sendReady();
                });
            }
        }
    }

    private void send(Try next, Runnable afterwards) {
        CompletionStage<Post.Answer> answer;
        try {
            answer = client.send(next.callback.post(next.made));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenCompleteAsync(
                (response, error) -> {
                    try {
                        answered(next, response, error);
                    } finally {
                        afterwards.run();
                    }
                },
                loops::soon);
    }

    private void answered(Try last, Post.@Nullable Answer response, @Nullable Throwable error) {
        if (last.told != null) {
            last.told.complete(null);
        }
        if (closed) {
            return;
        }
        int made = last.made + 1;
        Retry.Failure failure = failure(response, error);
        if (failure == null) {
            sent.incrementAndGet();
            waiting.decrementAndGet();
        } else if (last.callback.retry().allows(made, failure)) {
            due(new Try(last.callback, made, null), Retry.pause(made));
        } else {
            LOG.debug("callback given up after {} tries: {} {}", made, failure, error == null ? response : error);
            failed.incrementAndGet();
            waiting.decrementAndGet();
        }
    }

    private static Retry.@Nullable Failure failure(Post.@Nullable Answer response, @Nullable Throwable error) {
        if (response == null) {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            return cause instanceof TimeoutException ? Retry.Failure.ANSWER_TIMEOUT : Retry.Failure.CONNECTION;
        }
        return switch (response.status() / 100) {
            case 2 -> null;
            case 4 -> Retry.Failure.CLIENT_ERROR;
            case 5 -> Retry.Failure.SERVER_ERROR;
            default -> Retry.Failure.OTHER_STATUS;
        };
    }
}
