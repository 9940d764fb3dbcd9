package io.herald.simulator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where every send request passes, whichever vendor's: it draws the faults, writes the audit line, and only then lets
 * anything be answered, reported or torn down.
 */
final class Desk {
    private static final Duration HANG = Duration.ofMinutes(1);

    private final Loops loops;
    private final Audit audit;
    private final Reporting reporting;
    private final AtomicLong errors = new AtomicLong();

    /** @param answer null where none goes out */
    private record Ruling(Outcome outcome, @Nullable Reply answer) {
        int status() {
            return answer == null ? 0 : answer.status();
        }
    }

    Desk(Loops loops, Audit audit, Reporting reporting) {
        this.loops = loops;
        this.audit = audit;
        this.reporting = reporting;
    }

    CompletionStage<Reply> take(Attempt attempt, Faults faults, Chance chance, Connection connection) {
        Faults.Answers answers = faults.answers();
        Duration delay = delay(answers, chance);
        Ruling ruling = ruling(attempt, answers, chance);
        Outcome outcome = audit.record(attempt, ruling.outcome, ruling.status(), answers.throttle());
        if (outcome != ruling.outcome) {
            return after(delay, attempt.refusals().throttled());
        }
        CompletionStage<Void> reported = CompletableFuture.completedFuture(null);
        if (outcome.accepted() && attempt.verdict() instanceof Attempt.Verdict.Willing willing) {
            willing.message().accepted();
            reported = reporting.begin(willing.message(), faults.reports(), delay, chance);
        }
        if (ruling.answer != null) {
            Reply answer = ruling.answer;
            return reported.thenCompose(done -> after(delay, answer));
        }
        Duration silence = outcome == Outcome.TIMEOUT_AFTER_ACCEPT ? HANG : delay;
        reported.thenRun(() -> loops.after(silence, connection::reset));
        return new CompletableFuture<>(); // the connection goes first
    }

    /** The answer to a request that sends nothing, after the usual latency. */
    CompletionStage<Reply> after(Faults faults, Chance chance, Reply answer) {
        return after(delay(faults.answers(), chance), answer);
    }

    private static Duration delay(Faults.Answers faults, Chance chance) {
        return faults.latency().plusNanos(chance.upTo(faults.jitter().toNanos()));
    }

    private Ruling ruling(Attempt attempt, Faults.Answers faults, Chance chance) {
        if (attempt.verdict() instanceof Attempt.Verdict.Refused(Outcome outcome, Reply answer)
                && outcome == Outcome.UNAUTHORIZED) {
            return new Ruling(outcome, answer);
        }
        if (chance.hits(faults.resetBeforeAccept())) {
            return new Ruling(Outcome.RESET_BEFORE, null);
        }
        if (chance.hits(faults.error())) {
            int status = errors.getAndIncrement() % 2 == 0 ? 500 : 503;
            return new Ruling(Outcome.DROPPED, attempt.refusals().broken(status));
        }
        return switch (attempt.verdict()) {
            case Attempt.Verdict.Refused(Outcome outcome, Reply answer) -> new Ruling(outcome, answer);
            case Attempt.Verdict.Willing(Message message) -> {
                if (chance.hits(faults.timeoutAfterAccept())) {
                    yield new Ruling(Outcome.TIMEOUT_AFTER_ACCEPT, null);
                }
                if (chance.hits(faults.resetAfterAccept())) {
                    yield new Ruling(Outcome.RESET_AFTER_ACCEPT, null);
                }
                yield new Ruling(Outcome.ACCEPTED, message.answer());
            }
        };
    }

    private CompletionStage<Reply> after(Duration delay, Reply answer) {
        if (delay.isZero()) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Reply> later = new CompletableFuture<>();
        loops.after(delay, () -> later.complete(answer));
        return later;
    }
}
