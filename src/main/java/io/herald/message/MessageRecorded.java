package io.herald.message;

import io.herald.message.domain.Message;
import io.herald.message.domain.MessageEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event as a message persists it: with the message before and after, for the views that are written with it. Only the event
 * is journaled; read back, the other two are absent.
 */
public record MessageRecorded(
        MessageEvent event,
        @Nullable Message before,
        @Nullable Message after) {

    public static MessageRecorded of(@Nullable Message before, MessageEvent event) {
        return new MessageRecorded(event, before, Message.evolve(before, event));
    }

    /** The message after this event; {@code state} is what it was before. */
    Message on(@Nullable Message state) {
        return after == null ? Message.evolve(state, event) : after;
    }
}
