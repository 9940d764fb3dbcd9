package io.herald.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message its vendor is willing to take. */
interface Message {
    /** The vendor's id. */
    String id();

    Fate fate();

    /** What the sender is told. */
    Reply answer();

    /** The message has been taken: the vendor remembers it. */
    default void accepted() {}

    /** The states that are reported, in the order in which the message goes through them. */
    List<String> states(boolean all);

    /** The report of a state; null where nobody asked for reports. The time is when the state was reached. */
    @Nullable
    Callback callback(String state, long epochMillis);
}
