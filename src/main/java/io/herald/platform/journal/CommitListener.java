package io.herald.platform.journal;

import java.time.Duration;

/** Hears of every group that the journal has committed, on the writer's thread: it must be quick and must not throw. */
@FunctionalInterface
public interface CommitListener {

    /**
     * @param rows of the journal in the group
     * @param took from its first statement to the end of its commit
     */
    void committed(int rows, Duration took);
}
