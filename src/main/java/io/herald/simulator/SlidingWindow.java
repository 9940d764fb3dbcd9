package io.herald.simulator;

/**
 * How many instants lie in the second that ends with the newest: {@code (newest - 1 s, newest]}, so two instants exactly a
 * second apart never share a window. Instants come in order, in microseconds. Memory follows the densest second seen.
 */
final class SlidingWindow {
    static final long SPAN_MICROS = 1_000_000;

    private long[] ring = new long[16];
    private int first;
    private int size;

    void add(long at) {
        forget(at);
        if (size == ring.length) {
            long[] wider = new long[ring.length * 2];
            for (int i = 0; i < size; i++) {
                wider[i] = ring[(first + i) & (ring.length - 1)];
            }
            ring = wider;
            first = 0;
        }
        ring[(first + size) & (ring.length - 1)] = at;
        size++;
    }

    int count(long at) {
        forget(at);
        return size;
    }

    private void forget(long at) {
        while (size > 0 && ring[first] <= at - SPAN_MICROS) {
            first = (first + 1) & (ring.length - 1);
            size--;
        }
    }
}
