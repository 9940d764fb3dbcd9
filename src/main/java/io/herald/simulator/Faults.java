package io.herald.simulator;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the vendors misbehave. Everything is off at first but for reports 50 to 100 ms after the message.
 *
 * <p>The written form is {@code latency=20ms,error=0.02,codes=21610:0.01;21211:0.02}, a JSON object of the same keys, or
 * {@code @file} where the file holds that object. Probabilities are numbers from 0 to 1; durations carry a unit (us, ms, s,
 * m). The keys are the components' names with underscores; those of {@link Reports} begin with {@code callback}.
 *
 * @param seed of the random choices; those that follow the recipient don't depend on it
 */
public record Faults(Answers answers, Fates fates, Reports reports, long seed) {

    /** Which final states and which states on the way are reported. */
    public enum States {
        ALL,
        FINAL,
        NONE
    }

    /** How a recipient without RCS shows: a refusal at once, or a failure after the message was taken. */
    public enum IncapableMode {
        REFUSED,
        FAILED
    }

    /**
     * What becomes of the HTTP exchange.
     *
     * @param latency of every answer
     * @param jitter at most this is added to the latency, evenly spread
     * @param error 500 and 503 in turn; the message is not taken
     * @param throttle requests a second an account, over a sliding second; the excess gets 429. 0: no limit
     * @param timeoutAfterAccept the message is taken and reported, the answer never comes
     * @param resetAfterAccept the message is taken and reported, the connection torn down
     * @param resetBeforeAccept the connection is torn down and the message not taken
     */
    public record Answers(
            Duration latency,
            Duration jitter,
            double error,
            int throttle,
            double timeoutAfterAccept,
            double resetAfterAccept,
            double resetBeforeAccept) {
        public Answers {
            duration("latency", latency);
            duration("jitter", jitter);
            probability("error", error);
            if (throttle < 0) {
                throw new IllegalArgumentException("throttle: " + throttle + " is below 0; 0 means no limit");
            }
            probability("timeout_after_accept", timeoutAfterAccept);
            probability("reset_after_accept", resetAfterAccept);
            probability("reset_before_accept", resetBeforeAccept);
        }
    }

    /**
     * What becomes of the message.
     *
     * @param incapable share of the recipients that RCS can't reach, always the same people
     * @param undelivered share of the recipients a vendor's channel never reaches, always the same people
     * @param codes probability by Twilio error code, with which a valid request is refused
     * @param read share of the delivered RCS messages that are read
     */
    public record Fates(
            double incapable,
            IncapableMode incapableMode,
            double undelivered,
            Map<Integer, Double> codes,
            double read) {
        public Fates {
            probability("incapable", incapable);
            probability("undelivered", undelivered);
            probability("read", read);
            codes = Collections.unmodifiableMap(new TreeMap<>(codes));
            double sum = 0;
            for (Map.Entry<Integer, Double> code : codes.entrySet()) {
                if (code.getKey() < 10_000 || code.getKey() > 99_999) {
                    throw new IllegalArgumentException("codes: " + code.getKey() + " is no Twilio error code");
                }
                probability("codes", code.getValue());
                sum += code.getValue();
            }
            probability("codes", sum);
        }
    }

    /**
     * What becomes of the callbacks.
     *
     * @param delay before each state, plus up to the same again
     * @param late share of the callbacks that come {@code lateBy} later still
     * @param duplicate share of the callbacks sent twice
     * @param reorder share of the messages whose states are sent last first
     * @param beforeAnswer share of the messages whose first callback is sent, and answered, before the request is
     * @param drop share of the callbacks never sent
     */
    public record Reports(
            States states,
            Duration delay,
            double late,
            Duration lateBy,
            double duplicate,
            double reorder,
            double beforeAnswer,
            double drop) {
        public Reports {
            duration("callback_delay", delay);
            probability("callback_late", late);
            duration("callback_late_by", lateBy);
            probability("callback_duplicate", duplicate);
            probability("callback_reorder", reorder);
            probability("callback_before_answer", beforeAnswer);
            probability("callback_drop", drop);
        }
    }

    private static final Duration LONGEST = Duration.ofHours(1);

    public static Faults none() {
        return new Faults(
                new Answers(Duration.ZERO, Duration.ZERO, 0, 0, 0, 0, 0),
                new Fates(0, IncapableMode.REFUSED, 0, Map.of(), 0),
                new Reports(States.FINAL, Duration.ofMillis(50), 0, Duration.ofSeconds(2), 0, 0, 0, 0),
                1);
    }

    /**
     * The faults a text names, the rest off.
     *
     * @throws IllegalArgumentException with one line that names the key
     */
    public static Faults parse(String specOrJson) {
        return none().with(specOrJson);
    }

    /** These faults with those changed that a text names, in any form {@link #parse} takes. */
    public Faults with(String specOrJson) {
        return FaultsFormat.changed(this, specOrJson);
    }

    private static void probability(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    key + ": " + value + " is no probability; it takes a number from 0 to 1");
        }
    }

    private static void duration(String key, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + ": " + value + " is not between 0 and one hour");
        }
    }
}
