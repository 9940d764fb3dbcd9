package io.herald.simulator;

/** A client's TCP connection. */
interface Connection {
    /** Tears it down with a TCP reset; an answer that hasn't gone out never will. */
    void reset();
}
