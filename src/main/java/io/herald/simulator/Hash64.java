package io.herald.simulator;

/** A well-spread 64-bit hash of texts, the same in every run: what picks the people whose messages always fail. */
final class Hash64 {
    private static final char SEPARATOR = '\uffff';

    private Hash64() {}

    static long of(String... parts) {
        long hash = 0xcbf29ce484222325L;
        for (String part : parts) {
            for (int i = 0; i < part.length(); i++) {
                hash = step(hash, part.charAt(i));
            }
            hash = step(hash, SEPARATOR);
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** The hash as a number in [0, 1). */
    static double fraction(long hash) {
        return (hash >>> 11) * 0x1.0p-53;
    }

    private static long step(long hash, char c) {
        long mixed = (hash ^ c) * 0x9e3779b97f4a7c15L;
        return mixed ^ (mixed >>> 32);
    }
}
