package io.herald.platform.journal;

import java.time.Duration;
import java.util.List;

/** A group commit with a single writer, for tests of what a writer does. */
final class OneWriter {
    private OneWriter() {}

    static GroupCommit over(
            GroupCommit.Connections connections, List<InlineView<?>> views, int maxGroup, Duration patience) {
        return new GroupCommit(
                connections,
                writer -> views,
                new GroupCommit.Settings(1, maxGroup, 10_000, patience),
                (rows, took) -> {},
                () -> {});
    }
}
