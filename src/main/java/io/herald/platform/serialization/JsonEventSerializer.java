package io.herald.platform.serialization;

import akka.serialization.SerializerWithStringManifest;
import java.util.function.Function;

/**
 * Journals one family of events as JSON whose {@code type} is the event's logical name. The manifest names the family, never a
 * class, so that no renaming in the code can orphan a row.
 *
 * @param <E> the sealed interface of the events
 * @param <P> what entities persist: an event with what its views need beside it, of which only the event is written
 */
public abstract class JsonEventSerializer<E, P> extends SerializerWithStringManifest {
    private final int identifier;
    private final String family;
    private final Class<E> events;
    private final Class<P> persisted;
    private final Function<P, E> event;
    private final Function<E, P> wrap;

    protected JsonEventSerializer(
            int identifier,
            String family,
            Class<E> events,
            Class<P> persisted,
            Function<P, E> event,
            Function<E, P> wrap) {
        this.identifier = identifier;
        this.family = family;
        this.events = events;
        this.persisted = persisted;
        this.event = event;
        this.wrap = wrap;
    }

    @Override
    public int identifier() {
        return identifier;
    }

    @Override
    public String manifest(Object o) {
        return family;
    }

    @Override
    public byte[] toBinary(Object o) {
        return Json.bytes(event.apply(persisted.cast(o)));
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        if (!family.equals(manifest)) {
            throw new IllegalArgumentException("not a row of the family " + family + ": " + manifest);
        }
        return wrap.apply(Json.read(bytes, events));
    }
}
