package io.herald.insight.view;

import java.util.List;
import java.util.Map;

/**
 * What was sent, of one group.
 *
 * @param group what its messages and attempts have in common, in the order of the dimensions that were asked for
 */
public record Usage(List<String> group, Map<Counter, Long> counts) {
    public Usage {
        group = List.copyOf(group);
        counts = Map.copyOf(counts);
    }

    public long count(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }
}
