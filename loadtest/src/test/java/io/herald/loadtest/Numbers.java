package io.herald.loadtest;

/** Phone numbers, each another one, all of them valid. */
final class Numbers {
    private static final long FIRST = 2_025_550_000L;
    private static final long MANY = 4_000_000;

    private Numbers() {}

    static String of(long person) {
        return "+1" + (FIRST + person % MANY);
    }
}
