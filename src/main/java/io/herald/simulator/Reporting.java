package io.herald.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides when an accepted message's states are reported: late, twice, last first, before the answer or never. Each report
 * carries the time its state was reached, in order, whatever the order of sending.
 */
final class Reporting {
    private final Callbacks callbacks;

    Reporting(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    /**
     * @param answerDelay by which the request's own answer is held back: reports come after it unless asked otherwise
     * @return done when the request may be answered; at once but where the first callback goes before the answer
     */
    CompletionStage<Void> begin(Message message, Faults.Reports faults, Duration answerDelay, Chance chance) {
        if (faults.states() == Faults.States.NONE) {
            return CompletableFuture.completedFuture(null);
        }
        List<Callback> sending = new ArrayList<>();
        List<Duration> dues = new ArrayList<>();
        long start = System.currentTimeMillis();
        Duration due = answerDelay;
        for (String state : message.states(faults.states() == Faults.States.ALL)) {
            due = due.plus(faults.delay()).plusNanos(chance.upTo(faults.delay().toNanos()));
            Callback callback = message.callback(state, start + due.toMillis());
            if (callback == null) {
                return CompletableFuture.completedFuture(null);
            }
            sending.add(callback);
            dues.add(due);
        }
        if (chance.hits(faults.reorder())) {
            Collections.reverse(sending);
        }
        boolean beforeAnswer = chance.hits(faults.beforeAnswer());
        CompletionStage<Void> answerable = CompletableFuture.completedFuture(null);
        for (int i = 0; i < sending.size(); i++) {
            Callback callback = sending.get(i);
            if (chance.hits(faults.drop())) {
                continue;
            }
            Duration when = chance.hits(faults.late()) ? dues.get(i).plus(faults.lateBy()) : dues.get(i);
            if (beforeAnswer) {
                answerable = callbacks.now(callback);
                beforeAnswer = false;
            } else {
                callbacks.later(callback, when);
            }
            if (chance.hits(faults.duplicate())) {
                callbacks.later(callback, when);
            }
        }
        return answerable;
    }
}
