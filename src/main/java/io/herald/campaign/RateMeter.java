package io.herald.campaign;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.OptionalDouble;

/** How fast a number grows, over the last ten seconds. */
final class RateMeter {
    private static final Duration SPAN = Duration.ofSeconds(10);

    private record Sample(Instant at, long value) {}

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    void sample(Instant at, long value) {
        samples.addLast(new Sample(at, value));
        while (samples.size() > 2 && samples.getFirst().at().isBefore(at.minus(SPAN))) {
            samples.removeFirst();
        }
    }

    /** A second; nothing before there were two samples. */
    OptionalDouble rate() {
        if (samples.size() < 2) {
            return OptionalDouble.empty();
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        double seconds = Duration.between(first.at(), last.at()).toMillis() / 1000.0;
        return seconds <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, last.value() - first.value()) / seconds);
    }

    void clear() {
        samples.clear();
    }
}
