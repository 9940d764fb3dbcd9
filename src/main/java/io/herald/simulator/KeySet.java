package io.herald.simulator;

/** A set of 64-bit hashes in one open-addressing table: 11 to 22 bytes a key, so that a million keys fit beside a load test. */
final class KeySet {
    private static final int FIRST_CAPACITY = 64;

    private long[] table = new long[FIRST_CAPACITY];
    private int size;

    /** True where the key was not there before. */
    boolean add(long hash) {
        long key = hash == 0 ? 1 : hash; // 0 marks a free place
        if (!place(table, key)) {
            return false;
        }
        size++;
        if (size > table.length / 4 * 3) {
            long[] wider = new long[table.length * 2];
            for (long known : table) {
                if (known != 0) {
                    place(wider, known);
                }
            }
            table = wider;
        }
        return true;
    }

    int size() {
        return size;
    }

    private static boolean place(long[] table, long key) {
        int mask = table.length - 1;
        int at = (int) (key ^ (key >>> 32)) & mask;
        while (table[at] != 0) {
            if (table[at] == key) {
                return false;
            }
            at = (at + 1) & mask;
        }
        table[at] = key;
        return true;
    }
}
