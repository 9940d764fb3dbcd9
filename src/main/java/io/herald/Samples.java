package io.herald;

import java.util.ArrayList;
import java.util.List;

/**
 * A run over time: samples a second apart, and the last one at its end. Where there would be more than {@value MOST}, every other one
 * goes and the step doubles.
 */
final class Samples {
    static final int MOST = 200;

    /**
     * @param seconds since the run's begin
     * @param messages done by then
     * @param heapUsedMb what the last garbage collection left in use
     */
    record Sample(double seconds, long messages, long heapUsedMb) {}

    private final List<Sample> kept = new ArrayList<>();
    private double step = 1;

    /** @return whether it is time for a sample at so many seconds */
    boolean isDue(double seconds) {
        return kept.isEmpty() || seconds >= kept.getLast().seconds() + step;
    }

    /** Samples come in their order; the last one of a run comes at its end, due or not. */
    void add(Sample sample) {
        kept.add(sample);
        if (kept.size() > MOST) {
            for (int i = 1; i < kept.size(); i++) {
                kept.remove(i);
            }
            step *= 2;
        }
    }

    List<Sample> all() {
        return List.copyOf(kept);
    }

    /** The rate of the first tenth of the messages that were done in the end. */
    double firstTenthPerSecond() {
        double tenth = total() / 10.0;
        return rate(tenth, secondsAt(tenth) - kept.getFirst().seconds());
    }

    /** The rate of the last tenth of them. */
    double lastTenthPerSecond() {
        double tenth = total() / 10.0;
        return rate(tenth, kept.getLast().seconds() - secondsAt(total() - tenth));
    }

    private long total() {
        return kept.getLast().messages();
    }

    /** When so many were done for the first time; between two samples, as if the rate had been even. */
    private double secondsAt(double messages) {
        Sample before = kept.getFirst();
        for (Sample sample : kept) {
            if (sample.messages() >= messages) {
                long gain = sample.messages() - before.messages();
                double share = gain <= 0 ? 1 : (messages - before.messages()) / gain;
                return before.seconds() + share * (sample.seconds() - before.seconds());
            }
            before = sample;
        }
        return before.seconds();
    }

    private static double rate(double messages, double seconds) {
        return seconds <= 0 ? 0 : messages / seconds;
    }
}
