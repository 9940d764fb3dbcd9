package io.herald.message;

import akka.actor.ExtendedActorSystem;
import io.herald.message.domain.MessageEvent;
import io.herald.platform.serialization.JsonEventSerializer;

/** Journals {@link MessageEvent}s; bound in application.conf. */
public final class MessageEventSerializer extends JsonEventSerializer<MessageEvent, MessageRecorded> {
    public static final int ID = 7401;

    public MessageEventSerializer(ExtendedActorSystem system) {
        super(
                ID,
                "message",
                MessageEvent.class,
                MessageRecorded.class,
                MessageRecorded::event,
                event -> new MessageRecorded(event, null, null));
    }
}
