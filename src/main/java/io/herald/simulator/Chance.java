package io.herald.simulator;

import java.util.SplittableRandom;

/** The dice of one request, thrown from the seed and the request's number: runs with one seed are roughly alike. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed, long request) {
        random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + request);
    }

    boolean hits(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** From 0 to the bound, which it never reaches. */
    long upTo(long bound) {
        return bound <= 0 ? 0 : random.nextLong(bound);
    }

    double fraction() {
        return random.nextDouble();
    }
}
