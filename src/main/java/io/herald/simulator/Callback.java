package io.herald.simulator;

/** A report on its way to the sender. */
interface Callback {
    /** @param tries made before this one */
    Post post(int tries);

    Retry retry();
}
