package io.herald.kernel;

import java.util.List;

/** What a decider made of a command: events to record (none where the command repeats what is so already), or a refusal. */
public sealed interface Decision<E> {

    record Accepted<E>(List<E> events) implements Decision<E> {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    record Refused<E>(Rejection rejection) implements Decision<E> {}

    static <E> Decision<E> events(List<E> events) {
        return new Accepted<>(events);
    }

    static <E> Decision<E> event(E event) {
        return new Accepted<>(List.of(event));
    }

    static <E> Decision<E> nothing() {
        return new Accepted<>(List.of());
    }

    static <E> Decision<E> refuse(Rejection rejection) {
        return new Refused<>(rejection);
    }
}
